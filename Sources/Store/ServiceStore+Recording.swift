internal import Audit
package import Domain
package import Foundation
package import Policy

/// The one way in which something is done that the trail has to know of.
extension ServiceStore {
    /// Does `body`, with its event in the same transaction: nothing is done where the trail cannot be written.
    ///
    /// What `body` refuses (`Fault.isRefusal`) is undone, and stands in the trail as a refusal, whoever refused it: policy, or the
    /// store because a second person is wanted or nobody is meant.
    ///
    /// - Parameter isQuiet: of what was done, whether the trail need not know of it.
    func recording<Answer>(
        _ event: AuditEvent, unless isQuiet: (Answer) -> Bool = { _ in false },
        _ body: (Database, inout AuditEvent) throws -> Answer
    ) throws -> Answer {
        try transaction { database in
            var event = event
            let answer: Result<Answer, Fault>
            do {
                answer = .success(try database.savepoint { try body(database, &event) })
            } catch let fault as Fault where fault.isRefusal {
                event.isPermitted = false
                answer = .failure(fault)
            }
            if case .success(let done) = answer, isQuiet(done) { return answer }
            try append(event, in: database)
            return answer
        }.get()
    }

    /// The same of a user, by whom `body` asks policy itself.
    func recording<Answer>(
        _ what: AuditEvent.What, _ user: UserID, _ at: Date,
        _ body: (Database, inout AuditEvent) throws -> Answer
    ) throws -> Answer {
        try recording(
            AuditEvent(what, actor: Actor.user(user).description, at: at.milliseconds), body)
    }

    /// The same of what is decided already, since it is about no one person; `body` is not called where it is denied.
    ///
    /// - Parameter references: what of the request the trail knows also where it is refused.
    func recording<Answer>(
        _ what: AuditEvent.What, _ action: Action, _ actor: Actor, _ decision: Decision, _ at: Date,
        _ references: [String: String] = [:], _ body: (Database, inout AuditEvent) throws -> Answer
    ) throws -> Answer {
        var event = try AuditEvent(what, actor: actor, action: action, decision: decision, at: at)
        event.references = references
        return try recording(event) { database, event in
            if case .deny(let denial) = decision { throw denial.fault }
            return try body(database, &event)
        }
    }

    /// Persons as an event names them.
    func subjects(_ persons: some Sequence<PersonID>) -> [Pseudonym] {
        Set(persons).map { keys.pseudonym(of: $0, domain: "audit") }.sorted()
    }

    /// Policy's denial, said in the event too.
    func refusal(_ denial: Denial?, _ event: inout AuditEvent) -> Fault {
        if let denial { event.tell(denial) }
        return denial?.fault ?? Self.notRunning
    }
}

/// Denials of what nothing of the store is needed for: each is in the trail before the fault is there to be thrown.
extension ServiceStore {
    /// Denies somebody a page that is about no person.
    ///
    /// - Parameter route: method and template of the path, such as `GET /runs/latest`.
    package func refuse(_ denial: Denial, route: String, actor: Actor, at: Date) throws -> Fault {
        try refuse(denial, .pageRefuse, actor, at, ["route": route])
    }

    /// Denies somebody a declaration, whoever was meant by it.
    package func refuse(
        _ denial: Denial, declaring kind: Declaration.Kind, actor: Actor, at: Date
    ) throws -> Fault {
        try refuse(denial, .declarationBegin, actor, at, ["kind": kind.rawValue])
    }

    /// Denies somebody a correction, before anything of the row is looked at.
    ///
    /// - Parameter request: 受付番号.
    package func refuse(_ denial: Denial, rectifying request: String, actor: Actor, at: Date) throws -> Fault
    {
        try refuse(denial, .rowRectify, actor, at, ["request": request])
    }

    /// Denies somebody a proposal or an approval of a rule.
    package func refuse(_ denial: Denial, ofRules action: Action, actor: Actor, at: Date) throws -> Fault {
        try refuse(denial, action == .approve ? .ruleApprove : .rulePropose, actor, at, [:])
    }

    private func refuse(
        _ denial: Denial, _ what: AuditEvent.What, _ actor: Actor, _ at: Date, _ references: [String: String]
    ) throws -> Fault {
        var event = AuditEvent(what, actor: actor.description, at: at.milliseconds)
        event.references = references
        let fault = refusal(denial, &event)
        try transaction { try append(event, in: $0) }
        return fault
    }
}

extension AuditEvent {
    mutating func tell(_ denial: Denial) {
        isPermitted = false
        (purpose, revision, statements) = (denial.purpose ?? purpose, denial.revision, denial.statements)
    }

    mutating func tell(_ grant: Grant) {
        (purpose, revision, statements) = (grant.purpose, grant.revision, grant.statements)
    }
}

extension Fault {
    /// Whether it answers who asked, rather than that something is broken or busy.
    fileprivate var isRefusal: Bool {
        switch kind {
        case .denied, .notFound, .usage, .conflict: true
        case .configuration, .gate, .busy, .inputOutput, .internal: false
        }
    }
}
