/// How many children whom no rule found are drawn for 抜き取り確認, and of what age; a part of the purpose that they are looked at for.
package struct SpotCheckPlan: Sendable, Hashable {
    /// Children drawn a month, 1...500.
    package let perMonth: Int
    /// In whole years, both ends inclusive.
    package let ages: ClosedRange<Int>

    package init(perMonth: Int, ages: ClosedRange<Int>) {
        self.perMonth = perMonth
        self.ages = ages
    }
}

/// What somebody found of a child who was drawn.
package enum SpotCheckAnswer: String, Sendable, Codable, CaseIterable {
    case nothing = "気になる点なし"
    /// Says nothing of the child, and counts for nothing in the estimate.
    case unreached = "確認できなかった"
    /// With words: who goes on, and how.
    case support = "支援が要る"
}

/// What became of one month's draw: counts alone.
package struct SpotCheckTally: Sendable, Hashable {
    /// `2026-10`.
    package let month: String
    /// Children whom the draw was made from.
    package let children: Int
    package let drawn: Int
    /// The last answer of each child who has one.
    package let answers: [SpotCheckAnswer: Int]

    package init(month: String, children: Int, drawn: Int, answers: [SpotCheckAnswer: Int]) {
        self.month = month
        self.children = children
        self.drawn = drawn
        self.answers = answers
    }
}
