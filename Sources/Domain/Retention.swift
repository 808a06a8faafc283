/// For how many years facts of each item are kept (保存年数), counted on a day.
package struct RetentionPeriods: Sendable, Hashable {
    /// The most years that can be asked for; 永年 has no end that could be reckoned.
    package static let longest = 200

    package let years: [ItemCode: Int]
    /// Parts that say what still holds on the day of the extract, by item (`ItemKind.lasting`).
    package let lasting: [ItemCode: Set<String>]
    package let day: Day

    package init(years: [ItemCode: Int], lasting: [ItemCode: Set<String>] = [:], on day: Day) {
        self.years = years
        self.lasting = lasting
        self.day = day
    }

    /// Whether a fact's period is over: counted from its own date, the latest it may be of; from the day of its extract where it
    /// has none, or says what still holds. A fact of an item without a period is kept.
    package func isOver(_ fact: Fact, asOf: Day?) -> Bool {
        let own = lasting[fact.item]?.contains(fact.kind) == true ? nil : fact.on?.range.upperBound
        guard let years = years[fact.item], let held = own ?? asOf else { return false }
        return isOver(years, since: held)
    }

    /// Years beyond `longest` are a mistake, and never over.
    private func isOver(_ years: Int, since held: Day) -> Bool {
        (1...Self.longest).contains(years) && held.adding(months: 12 * years) <= day
    }

    /// Whatever either keeps: the longer years, and what lasts for one of them. Items of `self` alone have a period.
    package func keepingMore(_ other: RetentionPeriods) -> RetentionPeriods {
        RetentionPeriods(
            years: years.merging(other.years.filter { years[$0.key] != nil }) { max($0, $1) },
            lasting: lasting.merging(other.lasting) { $0.union($1) }, on: day)
    }

    /// Whether a case that ended on a day is past its own period.
    package func isOver(caseEndedOn ended: Day) -> Bool { isOver(.casework, since: ended) }

    /// Whether what renkei itself came to hold on a day is past the period of its item; without a period it is kept.
    package func isOver(_ item: ItemCode, since held: Day) -> Bool {
        years[item].map { isOver($0, since: held) } ?? false
    }
}

/// What is past its period on a day: the list that two persons approve before anything is deleted. Counts alone.
package struct RetentionList: Sendable, Hashable, Codable {
    package struct Line: Sendable, Hashable, Codable {
        package let item: ItemCode
        package let title: String
        package let holder: String
        package let years: Int
        /// Parts that say what still holds, sorted; their facts count from the day of the extract.
        package let lasting: [String]
        /// In the publication in service.
        package let facts: Int
        package let persons: Int

        package init(
            item: ItemCode, title: String, holder: String, years: Int, lasting: [String] = [], facts: Int,
            persons: Int
        ) {
            self.lasting = lasting
            self.item = item
            self.title = title
            self.holder = holder
            self.years = years
            self.facts = facts
            self.persons = persons
        }
    }

    package let day: Day
    package let run: RunID
    /// Every item with a period, by code.
    package let lines: [Line]
    /// Ended cases whose notes and persons are past the period of their item.
    package let cases: Int
    /// Which cases those are: nothing of another one goes. A list from before that was written names none.
    package let endedCases: [CaseID]?
    /// Children who were drawn for 抜き取り確認 so long ago and never answered about; `nil`: a list from before they were counted, by which
    /// they do not go.
    package let unansweredDraws: Int?
    /// Folders of publications that another one replaced, as far as they are on the disk.
    package let folders: Int

    package init(
        day: Day, run: RunID, lines: [Line], endedCases: [CaseID], unansweredDraws: Int, folders: Int
    ) {
        self.unansweredDraws = unansweredDraws
        self.day = day
        self.run = run
        self.lines = lines
        cases = endedCases.count
        self.endedCases = endedCases.sorted()
        self.folders = folders
    }

    /// What the list says, on another day.
    package func periods(on day: Day) -> RetentionPeriods {
        RetentionPeriods(
            years: Dictionary(lines.map { ($0.item, $0.years) }, uniquingKeysWith: { first, _ in first }),
            lasting: Dictionary(
                lines.map { ($0.item, Set($0.lasting)) }, uniquingKeysWith: { first, _ in first }), on: day)
    }
}

/// Facts that were not taken in, since their period was over.
package struct ExpiredCount: Sendable, Hashable, Codable {
    package let item: ItemCode
    package let facts: Int

    package init(item: ItemCode, facts: Int) {
        self.item = item
        self.facts = facts
    }
}
