/// What one night did, in numbers: printed, reported, stored with the publication, compared by tests.
package struct RunSummary: Sendable, Hashable, Codable {
    package var run: RunID
    package var asOf: Day
    /// Whose night it was, as the settings name it.
    package var municipality: String
    package var extracts: [ExtractSummary] = []
    package var linkage = LinkageSummary()
    package var persons = PersonCounts()
    /// In the rules' order.
    package var flags: [RuleCount] = []
    package var cases = CaseCounts()
    /// How many cases the staff can look at in a week, as the settings say; `nil`: they do not.
    package var casesPerWeek: Int?
    package var gates: [GateResult] = []
    /// What an official should read about the night; `nil` in publications from before they were kept.
    package var notices: [String]?
    /// Corrections of rejected rows by source, where there are any; `nil` where there are none.
    package var corrections: [CorrectionCount]?
    /// The newest correction at a person's request (訂正) that this night knew; `nil` in publications from before it was kept.
    package var lastRectification: Int?
    /// When it read them: one that was ended later, it still uses. In milliseconds since 1970.
    package var rectificationsReadAt: Int?
    /// Facts that were not taken in since their period was over, by item; `nil` where there are none.
    package var expired: [ExpiredCount]?
    /// Households of which nothing had changed, so that no rule was applied to them again; `nil`: rules were applied to all.
    package var knownHouseholds: Int?
    /// Hash over everything published, in canonical order; equal inputs give equal hashes.
    package var publicationHash = ""
    /// Wall-clock seconds; not part of any hash.
    package var stages: [StageTiming] = []

    package init(run: RunID, asOf: Day, municipality: String = "") {
        self.run = run
        self.asOf = asOf
        self.municipality = municipality
    }
}

/// One extract of the night.
package struct ExtractSummary: Sendable, Hashable, Codable {
    package var source: SourceID
    package var title: String
    /// Whose extract it is; `nil` in summaries of earlier programs.
    package var department: String?
    /// `nil`: an optional extract that did not arrive.
    package var file: String?
    package var sha256: String
    /// The day the extract was made for.
    package var asOf: Day?
    package var ledger: RowLedger
    /// Rejected rows by rejection code, in code order.
    package var rejections: [RejectionCount]
    /// What to look at in accepted rows, by code, in code order.
    package var warnings: [RejectionCount]
    /// The files of changes read after `file`, in the order of their days.
    package var deltas: [String]
    /// Rows of the last published night on which it came, where it stayed away tonight.
    package var carriedRows: Int?
    /// Rejected rows of which nobody can tell whose they are; `nil` where there are none.
    package var unplaced: Int?
    /// Items that it supplies, in order, and after how many days it is stale; `nil` in summaries of earlier programs.
    package var items: [ItemCode]?
    package var freshnessDays: Int?
    /// Rows when it last came; `nil` where it never did.
    package var rowsWhenLastSeen: Int? { file == nil ? carriedRows : ledger.current }

    package init(
        source: SourceID, title: String, department: String? = nil, file: String?, sha256: String, asOf: Day?,
        ledger: RowLedger, rejections: [RejectionCount], warnings: [RejectionCount] = [],
        deltas: [String] = []
    ) {
        self.source = source
        self.title = title
        self.department = department
        self.file = file
        self.sha256 = sha256
        self.asOf = asOf
        self.ledger = ledger
        self.rejections = rejections
        self.warnings = warnings
        self.deltas = deltas
    }

    /// Summaries of earlier nights may lack the newest figures.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        source = try container.decode(SourceID.self, forKey: .source)
        title = try container.decode(String.self, forKey: .title)
        department = try container.decodeIfPresent(String.self, forKey: .department)
        file = try container.decodeIfPresent(String.self, forKey: .file)
        sha256 = try container.decode(String.self, forKey: .sha256)
        asOf = try container.decodeIfPresent(Day.self, forKey: .asOf)
        ledger = try container.decode(RowLedger.self, forKey: .ledger)
        rejections = try container.decode([RejectionCount].self, forKey: .rejections)
        warnings = try container.decodeIfPresent([RejectionCount].self, forKey: .warnings) ?? []
        deltas = try container.decodeIfPresent([String].self, forKey: .deltas) ?? []
        carriedRows = try container.decodeIfPresent(Int.self, forKey: .carriedRows)
        unplaced = try container.decodeIfPresent(Int.self, forKey: .unplaced)
        items = try container.decodeIfPresent([ItemCode].self, forKey: .items)
        freshnessDays = try container.decodeIfPresent(Int.self, forKey: .freshnessDays)
    }
}

package struct RejectionCount: Sendable, Hashable, Codable {
    package var code: String
    package var count: Int
    /// The first lines, and what to do; `nil` in summaries of earlier programs.
    package var lines: [Int]?
    package var fix: String?

    package init(code: String, count: Int, lines: [Int]? = nil, fix: String? = nil) {
        self.code = code
        self.count = count
        self.lines = lines
        self.fix = fix
    }

    /// Of nothing yet, with the words of `rejection`.
    package init(first rejection: Rejection) {
        self.init(code: rejection.code, count: 0, lines: [], fix: rejection.fix)
    }

    package mutating func add(_ rejection: Rejection) {
        count += 1
        if (lines?.count ?? 0) < Self.shownLines { lines?.append(rejection.position.line) }
    }

    private static let shownLines = 5
}

/// What became of the corrections that departments sent back for a source's rejected rows.
package struct CorrectionCount: Sendable, Hashable, Codable {
    package var source: SourceID
    /// Rows that stand as they were corrected.
    package var taken: Int
    /// Corrections of an extract that another one has replaced.
    package var lapsed: Int
    package init(source: SourceID, taken: Int, lapsed: Int) {
        self.source = source
        self.taken = taken
        self.lapsed = lapsed
    }
}

package struct LinkageSummary: Sendable, Hashable, Codable {
    /// Distinct identities that went into linkage.
    package var records = 0
    package var candidatePairs = 0
    /// Of them, those whose two records are as they were the night before, and whose comparison was kept; `nil` where all
    /// were compared tonight.
    package var keptPairs: Int?
    package var automatic = 0
    /// Pairs in the grey band, waiting for clerical review.
    package var grey = 0
    /// `nil` where no verdict stands.
    package var verdicts: VerdictCounts?
    /// `nil` in publications from before it was kept.
    package var report: LinkageReport?
    /// The automatic threshold, log2 odds; `nil` in runs made earlier, as the next two.
    package var threshold: Double?
    /// Wrong ones among 10,000 automatic links: by the model's own probabilities, which nobody has checked.
    package var expectedFalseLinks: Double?
    /// The same as people found it in a random sample.
    package var sampledFalseLinks: SampledShare?
    package init() {}
}

/// What a random sample tells of a share: its middle and the ends of its 95 % interval, for 10,000.
package struct SampledShare: Sendable, Hashable, Codable {
    package var judged: Int
    package var middle: Double
    package var low: Double
    package var high: Double

    package init(judged: Int, middle: Double, low: Double, high: Double) {
        (self.judged, self.middle, self.low, self.high) = (judged, middle, low, high)
    }
}

/// What became of people's verdicts that stand.
package struct VerdictCounts: Sendable, Hashable, Codable {
    /// Those the night keeps to.
    package var heeded = 0
    /// Those of which a record did not come.
    package var resting = 0
    /// Numbers of those that could not be done; each is told in a notice.
    package var conflicting: [Int] = []
    package init() {}
}

package struct PersonCounts: Sendable, Hashable, Codable {
    package var total = 0
    /// Under 18 on the night's day, or of unknown age.
    package var children = 0
    /// Persons no register row belongs to.
    package var offRegister = 0
    package var protected = 0
    /// Rows of 支援措置 that lead to nobody on the resident register; `nil` in publications from before they were counted.
    package var unlinkedProtection: Int?
    package var new = 0
    package var merged = 0
    package var split = 0
    /// Persons who were one with somebody else and are themselves again; of whom no record came any more; whose records
    /// came again; `nil` in publications from before they were counted.
    package var revived: Int?
    package var absent: Int?
    package var returned: Int?
    package init() {}
}

package struct RuleCount: Sendable, Hashable, Codable {
    package var rule: RuleID
    package var title: String
    /// Flags raised.
    package var count: Int
    /// Findings not queued, because the child is supported already or does not live here any more.
    package var suppressed: Int
    /// Persons of whom the rule cannot tell: a source is missing or stale, policy holds an item back, or the birth date
    /// is not known well enough.
    package var notEvaluated: Int
    /// Of those, how many for which reason, by the gap's code.
    package var gaps: [String: Int]?
    /// Persons of the rule's ages and register; `nil` in publications from before they were counted.
    package var applied: Int?
    /// Items without a source, before which the rule can find nobody; `nil`: it was applied.
    package var waiting: [ItemCode]?
    /// Flags of earlier nights that stand because the rule cannot tell of the person tonight.
    package var standing: Int?
    /// Flags of the rule that are in service after the night.
    package var inService: Int { count + (standing ?? 0) }
    package init(rule: RuleID, title: String, count: Int = 0, suppressed: Int = 0, notEvaluated: Int = 0) {
        self.rule = rule
        self.title = title
        self.count = count
        self.suppressed = suppressed
        self.notEvaluated = notEvaluated
    }

    /// One more person of the rule's ages and register.
    package mutating func countApplied(_ times: Int = 1) { applied = (applied ?? 0) + times }

    /// One more person of whom the rule cannot tell.
    package mutating func countGap(_ code: String, _ times: Int = 1) {
        notEvaluated += times
        gaps = (gaps ?? [:]).merging([code: times], uniquingKeysWith: +)
    }
}

package struct CaseCounts: Sendable, Hashable, Codable {
    /// Opened tonight.
    package var new = 0
    /// Open after tonight.
    package var open = 0
    /// Candidates nobody had touched whose signals are gone.
    package var withdrawn = 0
    /// Flagged persons without a new case: people ended one that answers every flag. `nil` in summaries made earlier.
    package var answered: Int?
    package init() {}
}

package struct GateResult: Sendable, Hashable, Codable {
    /// Machine code such as `row-ledger`.
    package var gate: String
    package var passed: Bool
    /// Japanese sentence with the measured figure and the limit.
    package var message: String
    /// Who let the night through all the same; `nil` where nobody did.
    package var acceptance: GateAcceptance?
    package init(gate: String, passed: Bool, message: String) {
        self.gate = gate
        self.passed = passed
        self.message = message
    }

    /// Whether the night may not be published.
    package var stops: Bool { !passed && acceptance == nil }
}

/// Somebody's word that one night may be published though a gate failed.
package struct GateAcceptance: Sendable, Hashable, Codable {
    /// As the audit trail names actors.
    package var actor: String
    package var reason: String
    package init(actor: String, reason: String) {
        self.actor = actor
        self.reason = reason
    }
}

package struct StageTiming: Sendable, Hashable, Codable {
    package var stage: String
    package var seconds: Double
    package init(stage: String, seconds: Double) {
        self.stage = stage
        self.seconds = seconds
    }
}
