package import Domain

extension PurposeID {
    /// 支援制度の案内: not what cases are worked on for.
    package static let programmes: PurposeID = "programmes"
}

/// A support programme as the registry (子育て支援制度レジストリ) describes it, with what its texts left open.
package struct Programme: Sendable, Hashable, Codable {
    /// The registry's id, such as `psid3.0+1000020131016+0001+UM12`.
    package let psid: String
    package let name: String
    package let summary: String
    package let organization: String
    /// For whom, in the registry's own words; what they ask beyond age and target codes, only a person can judge.
    package let persons: String
    /// Conditions in free text, one a line: only a person can judge them.
    package let conditions: [String]
    /// `nil`: the registry does not say where it is offered.
    package let area: CodedName?
    package let age: AgeBounds
    /// For whom, by code; also those nobody gave a meaning yet.
    package let targets: [String]
    package let categories: [String]
    package let contents: [String]
    package let period: Period
    /// What must be brought.
    package let documents: [String]
    /// How and where to apply.
    package let procedure: [String]
    package let contact: [String]
    package let links: [Link]
    package let updated: Day?
    /// Fields that say for whom or how long it is, and could not be read, as the record names them; `nil`: none.
    package let unread: [String]?

    /// A code with its name, as `131016;千代田区`.
    package struct CodedName: Sendable, Hashable, Codable {
        package let code: String
        package let name: String

        package init(code: String, name: String) { (self.code, self.name) = (code, name) }
    }

    package struct Link: Sendable, Hashable, Codable {
        package let title: String
        package let address: String

        package init(title: String, address: String) { (self.title, self.address) = (title, address) }
    }

    /// When it can be applied for.
    package struct Period: Sendable, Hashable, Codable {
        package let from: Day?
        /// The last day.
        package let to: Day?
        /// The registry says 随時.
        package let isAnytime: Bool
        /// In the registry's own words; holds what is no date, too.
        package let words: String
        /// Whether the registry says nothing of applying, and this is how long the programme runs.
        package let isOfRunning: Bool?

        package init(
            from: Day? = nil, to: Day? = nil, isAnytime: Bool = false, words: String = "",
            isOfRunning: Bool? = nil
        ) {
            (self.from, self.to, self.isAnytime, self.words) = (from, to, isAnytime, words)
            self.isOfRunning = isOfRunning
        }
    }

    package init(
        psid: String, name: String, summary: String = "", organization: String = "", persons: String = "",
        conditions: [String] = [], area: CodedName?, age: AgeBounds, targets: [String] = [],
        categories: [String] = [], contents: [String] = [], period: Period = Period(),
        documents: [String] = [], procedure: [String] = [], contact: [String] = [], links: [Link] = [],
        updated: Day? = nil, unread: [String]? = nil
    ) {
        self.psid = psid
        self.name = name
        self.summary = summary
        self.organization = organization
        self.persons = persons
        self.conditions = conditions
        self.area = area
        self.age = age
        self.targets = targets
        self.categories = categories
        self.contents = contents
        self.period = period
        self.documents = documents
        self.procedure = procedure
        self.contact = contact
        self.links = links
        self.updated = updated
        self.unread = unread
    }
}

/// From which age to which a programme is, and where that is known from.
package struct AgeBounds: Sendable, Hashable, Codable {
    /// Where the bounds are known from.
    package enum Basis: String, Sendable, Codable {
        /// The registry's own numbers.
        case explicit
        /// A word of its text, by the city's table; shown as 推定.
        case inferred
        case unknown
    }

    package let basis: Basis
    /// Completed months of age from which on.
    package let from: Int?
    /// Completed months of age at which it is over: 6歳以下 holds up to the day before the seventh birthday, which is 84.
    package let below: Int?
    /// School grades, as `Day.schoolGrade` counts them; only where inferred.
    package let grades: ClosedRange<Int>?

    package init(basis: Basis, from: Int? = nil, below: Int? = nil, grades: ClosedRange<Int>? = nil) {
        (self.basis, self.from, self.below, self.grades) = (basis, from, below, grades)
    }

    package static let unknown = AgeBounds(basis: .unknown)

    /// 「0か月未満」: for the time before the birth; no child that was born is of that age.
    package var isBeforeBirth: Bool { basis == .explicit && below == 0 }

    /// Whether a child born on a day is of that age.
    func holds(birth: Day, on day: Day) -> Bool {
        let months = birth.ageInMonths(on: day)
        guard months >= 0 else { return false }
        if let from, months < from { return false }
        if let below, months >= below { return false }
        if let grades, !grades.contains(birth.schoolGrade(on: day)) { return false }
        return true
    }
}

/// The registry as it was imported: what it holds, where it is from, whom to name when it is shown.
package struct Registry: Sendable, Hashable, Codable {
    package let source: String
    /// The day of the file's contents.
    package let asOf: Day
    /// The credit line that the licence asks for (CC BY); shown wherever a programme is.
    package let attribution: String
    package let sha256: String
    /// In the order of the file.
    package let programmes: [Programme]

    package init(
        source: String, asOf: Day, attribution: String, sha256: String, programmes: [Programme]
    ) {
        self.source = source
        self.asOf = asOf
        self.attribution = attribution
        self.sha256 = sha256
        self.programmes = programmes
    }
}
