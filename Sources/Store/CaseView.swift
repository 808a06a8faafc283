package import Domain
package import Foundation

/// A value of a person as far as the reader's grant goes; what is not `shown` is not in memory either.
package enum Shown<Value: Sendable & Hashable>: Sendable, Hashable {
    case shown(Value)
    /// Hidden because of 支援措置: pages write 「非表示（支援措置）」.
    case masked
    /// The reader has no grant for the item.
    case withheld
    /// No source gives it.
    case absent

    /// `nil` where it is not shown, for whatever reason.
    package var value: Value? { if case .shown(let value) = self { value } else { nil } }
}

/// One line of the case queue.
package struct CaseSummary: Sendable, Hashable {
    package let id: CaseID
    package let person: PersonID
    /// As written by the register; empty where the grant does not cover names or no source gives one.
    package let name: String
    package let nameKana: String
    /// `nil` where the grant does not cover it or no source gives it.
    package let birth: PartialDate?
    package let state: CaseState
    package let urgency: Urgency
    /// Of the flags the reader may see, sorted; of those that are gone where none is left.
    package let difficulties: [Difficulty]
    /// Titles of the flags the reader may see, in the order of their rules' ids.
    package let ruleTitles: [String]
    /// The oldest fact behind the flags the reader may see.
    package let since: Day
    /// The day of the data that raised the first flag the reader may see.
    package let openedOn: Day
    package let isProtected: Bool
    package let work: CaseWork
    /// Of the work; counts its steps.
    package let version: Int
    /// The holder's name for people.
    package let holderName: String?
    /// `nil` of an open case.
    package let endedOn: Day?

    package init(
        id: CaseID, person: PersonID, name: String, nameKana: String, birth: PartialDate?, state: CaseState,
        urgency: Urgency, difficulties: [Difficulty], ruleTitles: [String], since: Day, openedOn: Day,
        isProtected: Bool, work: CaseWork, version: Int, holderName: String?, endedOn: Day? = nil
    ) {
        self.endedOn = endedOn
        self.id = id
        self.person = person
        self.name = name
        self.nameKana = nameKana
        self.birth = birth
        self.state = state
        self.urgency = urgency
        self.difficulties = difficulties
        self.ruleTitles = ruleTitles
        self.since = since
        self.openedOn = openedOn
        self.isProtected = isProtected
        self.work = work
        self.version = version
        self.holderName = holderName
    }
}

/// Which cases a list shows; what is `nil` does not matter.
package struct CaseFilter: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case open
        case queue(CaseQueue)
        /// Held by, or offered to, this person.
        case mine(UserID)
        /// Due before the day.
        case overdue(Day)
        /// Ended by people, the last one first.
        case ended
    }

    package enum Holder: Sendable, Hashable {
        case nobody
        case user(UserID)
    }

    /// Ages in years, both ends inclusive, on a day; who may be of one of them fits.
    package struct Ages: Sendable, Hashable {
        package let range: ClosedRange<Int>
        package let day: Day

        package init(_ range: ClosedRange<Int>, on day: Day) { (self.range, self.day) = (range, day) }

        func holds(_ birth: PartialDate) -> Bool {
            let (youngest, oldest) = (birth.range.upperBound, birth.range.lowerBound)
            return youngest.age(on: day) <= range.upperBound && oldest.age(on: day) >= range.lowerBound
        }
    }

    package var part: Part
    package var holder: Holder?
    package var difficulty: Difficulty?
    /// Of a flag that the reader sees on it.
    package var rule: RuleID?
    /// By what the reader is told of the birth.
    package var ages: Ages?

    package init(
        _ part: Part = .open, holder: Holder? = nil, difficulty: Difficulty? = nil, rule: RuleID? = nil,
        ages: Ages? = nil
    ) {
        (self.part, self.holder, self.difficulty, self.rule, self.ages) = (
            part, holder, difficulty, rule, ages
        )
    }
}

/// Where a list goes, which the trail tells apart.
package enum ListMedium: Sendable, Hashable {
    case screen, paper
    /// Out of reach of mask and log-in: cases alone that the decisions let out, about `Action.export`.
    case file

    /// Lines at most.
    package var most: Int {
        switch self {
        case .screen: 200
        case .paper: 500
        case .file: 2000
        }
    }
}

/// A page of the case queue, in queue order.
package struct CasePage: Sendable, Hashable {
    package let items: [CaseSummary]
    /// Where the next page starts; `nil` on the last page.
    package let next: CaseCursor?
    /// Open cases the reader may see and asked for, over all pages.
    package let total: Int
    /// Open cases the reader may see, queue by queue; each stands in one.
    package let queues: [CaseQueue: Int]
    /// Of them, those that the reader holds or is offered, and those that are overdue.
    package let mine: Int
    package let overdue: Int
    /// Who holds any of them, and which rules flag any of them: what a list can be narrowed down to.
    package let holders: [UserID]
    package let rules: [RuleID]
}

/// A case as its page shows it, within the reader's grant.
package struct CaseDetail: Sendable, Hashable {
    package let summary: CaseSummary
    package let particulars: Particulars
    /// The other members of the register household; empty where the grant does not cover it.
    package let household: [HouseholdLine]
    /// Only reasons whose items are all granted; a flag without such a reason is left out.
    package let flags: [Flag]
    /// Oldest first; without the events about flags that are left out.
    package let history: [CaseEvent]
    /// Rows that were joined to the person and hold a granted item, sorted by source, file and line.
    package let records: [RecordLine]
    /// What the reader was writing on it, by form.
    package let drafts: [CaseDraft]
    package let publication: PublicationInfo
}

/// Another member of the household; never with an address.
package struct HouseholdLine: Sendable, Hashable {
    package let name: String
    package let birth: PartialDate?
    /// Relation to the head of the household, as the register writes it.
    package let relation: String?

    package init(name: String, birth: PartialDate?, relation: String?) {
        self.name = name
        self.birth = birth
        self.relation = relation
    }
}

/// Something that happened to a case; never changed, only added.
package struct CaseEvent: Sendable, Hashable {
    package let at: Date
    /// A user's id, or `nightly`.
    package let actor: String
    /// The user's name for people; `nil` for the machine.
    package let actorName: String?
    /// Japanese word for what happened, such as `きっかけの確認`.
    package let what: String
    package let note: String
    /// Old and new values; empty where nothing changed.
    package let changes: [CaseChange]

    package init(
        at: Date, actor: String, actorName: String?, what: String, note: String, changes: [CaseChange]
    ) {
        self.at = at
        self.actor = actor
        self.actorName = actorName
        self.what = what
        self.note = note
        self.changes = changes
    }
}

/// A row that was joined to the person: where it stands, never what it says.
package struct RecordLine: Sendable, Hashable {
    package let source: SourceID
    /// Japanese title of the extract.
    package let title: String
    package let file: String
    package let line: Int
    /// Strongest match weight (log2) that joined the record's identity to the person; absent where it stands alone.
    package let linkWeight: Shown<Double>
    /// The day the file was made for: what the row says was so then.
    package let asOf: Day?
    /// The day of the night that first brought any of it; `nil` where nobody looked, or that was before such days were kept.
    package let known: Day?

    package init(
        source: SourceID, title: String, file: String, line: Int, linkWeight: Shown<Double>,
        asOf: Day? = nil,
        known: Day? = nil
    ) {
        self.known = known
        self.source = source
        self.title = title
        self.file = file
        self.line = line
        self.linkWeight = linkWeight
        self.asOf = asOf
    }
}
