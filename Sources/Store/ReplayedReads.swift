package import Domain
internal import Foundation
package import Policy

/// Reads that were made, asked again under another guideline.
package struct ReplayedReads: Sendable {
    /// A read that would have shown less.
    package struct Change: Sendable {
        package let record: AccessRecord
        /// Nothing would have been shown at all.
        package let isRefused: Bool
        /// Items and identifier parts that would not have been shown, sorted.
        package let lost: [String]
    }

    /// Newest first.
    package let changes: [Change]
    /// Reads that were asked again.
    package let replayed: Int
    /// Refusals that were asked again, and those of them that would be granted, newest first.
    package let refusals: Int
    package let granted: [AccessRecord]
    /// Reads that could have shown more.
    package let widened: Int
    /// Reads and refusals of users whose roles are not known any more, and events that cannot be read.
    package let unknown: Int

    package var refused: Int { changes.count(where: \.isRefused) }

    /// - Parameters:
    ///   - records: reads and their refusals, newest first.
    ///   - users: what they may act as today, and in which ranges; the trail does not keep it.
    package init(
        _ records: [AccessRecord], users: [UserID: UserAccount], from old: Guideline, to new: Guideline
    ) {
        var (before, after) = (Answers(old), Answers(new))
        var changes: [Change] = []
        var (replayed, unknown, refusals, widened) = (0, 0, 0, 0)
        var granted: [AccessRecord] = []
        for record in records {
            guard let question = Question(record, users: users) else {
                if record.asked != nil || record.at == nil { unknown += 1 }
                continue
            }
            let (was, now) = (before.answer(question), after.answer(question))
            guard record.isPermitted else {
                refusals += 1
                // Where the old one would have permitted it of somebody, whom it was refused about decided.
                if !was.isPermitted && now.isPermitted { granted.append(record) }
                continue
            }
            replayed += 1
            if !now.fields.isSubset(of: was.fields) { widened += 1 }
            let lost = record.fields.filter { was.shows($0) && !now.shows($0) }
            let isRefused = was.isPermitted && !now.isPermitted
            if isRefused || !lost.isEmpty {
                changes.append(Change(record: record, isRefused: isRefused, lost: lost.sorted()))
            }
        }
        (self.changes, self.replayed, self.unknown) = (changes, replayed, unknown)
        (self.refusals, self.granted, self.widened) = (refusals, granted, widened)
    }
}

/// What a read asked policy, as far as the trail tells.
private struct Question: Hashable {
    let roles: [RoleID]
    /// What the reader is bound to.
    let scopes: Set<Scope>
    let action: Action
    let purpose: PurposeID
    let day: Day
    let isScheduled: Bool
    let isByTwo: Bool

    init?(_ record: AccessRecord, users: [UserID: UserAccount]) {
        guard let action = record.asked, let purpose = record.purpose, let at = record.at else { return nil }
        self.action = action
        isByTwo = record.isByTwo
        self.purpose = purpose
        day = Day(inJapanAt: at)
        isScheduled = record.isAsTheNight
        let user = UserID(String(record.actor.dropFirst("user:".count)))
        scopes = isScheduled ? [] : users[user]?.scopes ?? []
        if isScheduled {
            self.roles = ["nightly"]
        } else if let known = users[user] {
            self.roles = known.roles
        } else if record.actor.hasPrefix("user:cli:"), let role = Self.role(atTheMachineFor: action) {
            self.roles = [role]
        } else {
            return nil
        }
    }

    /// As whom the commands act.
    private static func role(atTheMachineFor action: Action) -> RoleID? {
        switch action {
        case .explain, .mend: "linkage-officer"
        case .audit: ServiceStore.oversight
        case .review: "link-reviewer"
        default: nil
        }
    }
}

/// The answers of one guideline, each worked out once.
private struct Answers {
    /// What a reader of anybody could have seen.
    struct Answer {
        let isPermitted: Bool
        let fields: Set<String>

        func shows(_ field: String) -> Bool { fields.contains(field) }
    }

    private let guideline: Guideline
    private var known: [Question: Answer] = [:]

    init(_ guideline: Guideline) { self.guideline = guideline }

    mutating func answer(_ question: Question) -> Answer {
        if let answer = known[question] { return answer }
        let actor = question.isScheduled ? Actor.system("nightly") : .user("replay")
        let isEmergency = guideline.purposes[question.purpose]?.isEmergency == true
        let request = AccessRequest(
            actor: actor, roles: question.roles,
            action: question.action, items: Set(guideline.catalogue.items.keys), purpose: question.purpose,
            standing: nil, on: question.day, isScheduled: question.isScheduled,
            declared: .supposed(
                isEmergency ? .emergency : .unlock, by: actor, for: question.purpose,
                second: .user("replay-2")), hasReason: question.isByTwo,
            second: question.isByTwo ? .user("replay-2") : nil, scopes: question.scopes)
        let decide = guideline.decisions(for: request)
        // Whoever was read is taken to lie in the reader's range; a reader without a range that is demanded reaches nobody.
        let grants = [false, true].compactMap {
            decide(PersonStanding(isProtected: $0), decide.reach.inside).grant
        }
        let answer = Answer(
            isPermitted: !grants.isEmpty,
            fields: grants.reduce(into: []) { fields, grant in
                fields.formUnion(grant.items.union(grant.bandedItems).map(\.rawValue))
                for part in IdentifierPart.allCases
                where [.shown, .generalised].contains(grant.visibility(of: part)) {
                    fields.insert(part.rawValue)
                }
            })
        known[question] = answer
        return answer
    }
}
