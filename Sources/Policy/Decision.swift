package import Domain

/// Policy's answer to an `AccessRequest`.
package enum Decision: Sendable {
    case permit(Grant)
    case deny(Denial)

    package var grant: Grant? {
        if case .permit(let grant) = self { grant } else { nil }
    }

    package var denial: Denial? {
        if case .deny(let denial) = self { denial } else { nil }
    }
}

/// The right to do one thing with some items of one person, for one purpose; only a decision can make one.
///
/// Readers of personal data demand it: what it does not permit is withheld, what its obligations name is masked.
package struct Grant: Sendable, Hashable {
    package let actor: Actor
    package let action: Action
    package let purpose: PurposeID
    /// The permitted subset of the requested items; empty for an action that concerns none.
    package let items: Set<ItemCode>
    /// Permitted in bands only, such as 「5〜9日」: none of them is among `items`, so that who does not know of bands shows nothing.
    package let bandedItems: Set<ItemCode>
    package let obligations: Obligations
    /// Ids of the statements that decided, sorted.
    package let statements: [String]
    /// The guideline's revision that decided.
    package let revision: String
    /// Under which it holds, and for whose person alone; `nil`: for whomever the decision was about.
    package let declared: Declaration.Running?
    /// The parts of a person's identifiers that the permitted items hold.
    private let parts: Set<IdentifierPart>

    init(
        actor: Actor, action: Action, purpose: PurposeID, items: Set<ItemCode>, bandedItems: Set<ItemCode>,
        parts: Set<IdentifierPart>, obligations: Obligations, statements: [String], revision: String,
        declared: Declaration.Running? = nil
    ) {
        self.declared = declared
        self.actor = actor
        self.action = action
        self.purpose = purpose
        self.items = items
        self.bandedItems = bandedItems
        self.parts = parts
        self.obligations = obligations
        self.statements = statements
        self.revision = revision
    }

    /// Whether exactly the same may be shown by it, whoever asks.
    package func shows(thatOf other: Grant) -> Bool {
        items == other.items && bandedItems == other.bandedItems && parts == other.parts
            && obligations == other.obligations && declared == other.declared
    }

    /// What this one and another of the same asker and purpose both give; of an action that concerns no items, its obligations count.
    func narrowed(to other: Grant) -> Grant {
        let isOfItems = other.action.concernsItems
        let items = isOfItems ? items.intersection(other.items) : items
        let banded = self.items.union(bandedItems).intersection(other.items.union(other.bandedItems))
        return Grant(
            actor: actor, action: action, purpose: purpose, items: items,
            bandedItems: isOfItems ? banded.subtracting(items) : bandedItems,
            parts: isOfItems ? parts.intersection(other.parts) : parts,
            obligations: Obligations(obligations.all.union(other.obligations.all)),
            statements: Set(statements + other.statements).sorted(), revision: revision,
            declared: declared ?? other.declared)
    }

    /// Whether facts of this item may be used or shown as they are.
    package func permits(_ item: ItemCode) -> Bool { items.contains(item) }

    /// Whether two persons opened where this person, who is under 支援措置, can be found.
    package func unlocks(_ person: PersonID) -> Bool {
        declared.map { $0.kind == .unlock && $0.person == person && $0.second != nil } ?? false
    }

    /// How this part of a person's identifiers may appear.
    package func visibility(of part: IdentifierPart) -> Visibility {
        if !parts.contains(part) { return .withheld }
        if obligations.masks(part) { return .masked }
        return obligations.generalises(part) ? .generalised : .shown
    }

    /// A number of people as it may be told.
    package func told(_ count: Int) -> ToldCount {
        obligations.all.contains(.suppressSmallCounts) && (1..<ToldCount.smallest).contains(count)
            ? .small : .exact(count)
    }
}

/// How a part of a person's identifiers may appear.
package enum Visibility: Sendable, Hashable {
    case shown
    /// Only coarsely: the month of a birth, the town of an address.
    case generalised
    /// Permitted, but hidden because of the person's protection (支援措置); said so in its place.
    case masked
    /// Not permitted to this reader.
    case withheld
}

/// A part of who a person is; each belongs to exactly one item of the catalogue (its `identifiers` key).
package enum IdentifierPart: String, Sendable, Codable, CaseIterable {
    /// Names and their readings.
    case name
    case birth, sex, address, phone
    /// Names of the guardians a source gives.
    case guardians
    /// School, nursery or other place the child is enrolled at.
    case school
    /// A source's own number for the person.
    case number
    /// Household number, relation to its head, and who else lives there.
    case household
}

/// How a number of people may be told.
package enum ToldCount: Sendable, Hashable {
    /// Groups below this many could be told apart.
    package static let smallest = 10

    case exact(Int)
    /// One to nine.
    case small
}

/// What comes with what is granted; part of the grant, never advice beside it.
package enum Obligation: String, Sendable, Codable, CaseIterable {
    case maskAddress, maskPhone, maskGuardians, maskSchool
    /// Only the month of the birth, only the town of the address.
    case generaliseBirth, generaliseAddress
    /// Values of the items in bands only.
    case band
    /// Groups of one to nine people are not told as a number.
    case suppressSmallCounts
    /// The asker writes down why, before anything is granted.
    case reason
    /// Another person unlocks it together with the asker, before anything is granted.
    case secondPerson

    /// The part of who a person is that it hides or coarsens.
    package var part: IdentifierPart? {
        switch self {
        case .maskAddress, .generaliseAddress: .address
        case .maskPhone: .phone
        case .maskGuardians: .guardians
        case .maskSchool: .school
        case .generaliseBirth: .birth
        case .band, .suppressSmallCounts, .reason, .secondPerson: nil
        }
    }

    /// Whether it only coarsens its part.
    package var generalises: Bool { self == .generaliseBirth || self == .generaliseAddress }
}

/// The obligations of a grant; more of them never show more.
package struct Obligations: Sendable, Hashable {
    package let all: Set<Obligation>

    init(_ all: Set<Obligation>) { self.all = all }

    package func masks(_ part: IdentifierPart) -> Bool {
        all.contains { $0.part == part && !$0.generalises }
    }

    package func generalises(_ part: IdentifierPart) -> Bool {
        all.contains { $0.part == part && $0.generalises }
    }
}

/// Why nothing is granted.
package struct Denial: Sendable, Hashable, Error {
    /// The first ground met, in the order of the checks.
    package enum Ground: String, Sendable, Codable {
        case unknownRole, roleNotForActor, unknownPurpose, unknownItem
        case purposeNotActive, adHocBasis, consentNotRecorded, emergencyNotDeclared, itemNotInPurpose
        case outsideScope, forbidden, notPermitted, reasonRequired, secondPersonRequired
    }

    package let ground: Ground
    /// Japanese sentence for the person who asked; names no person and no value.
    package let message: String
    /// Ids of the statements that forbade, sorted; empty for default deny.
    package let statements: [String]
    package let revision: String
    /// What it was asked for; `nil` where it was for several.
    package internal(set) var purpose: PurposeID?

    init(
        ground: Ground, message: String, statements: [String] = [], revision: String,
        purpose: PurposeID? = nil
    ) {
        self.purpose = purpose
        self.ground = ground
        self.message = message
        self.statements = statements
        self.revision = revision
    }

    func asked(for purpose: PurposeID) -> Denial {
        var denial = self
        denial.purpose = purpose
        return denial
    }

    /// As an error for an official.
    package var fault: Fault {
        Fault(
            .denied, code: "policy.\(ground.rawValue)", message: message,
            fix: "必要な業務であれば、個人情報保護担当に役割と範囲、利用目的の確認を依頼してください。")
    }
}
