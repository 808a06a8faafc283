internal import Domain
internal import Foundation
internal import HTTP
internal import Policy
internal import Store

/// A request on its way through a handler: who asks, for which path values, when.
struct Exchange: Sendable {
    let request: Request
    /// Values of the path template's braces.
    var path: [String: String]
    var session: Session?
    var token: String?
    let now: Date
    let guideline: Guideline
    /// Of a form with a file, when it is known who sends it.
    var upload: MultipartForm?

    var today: Day { Day(inJapanAt: now) }

    /// Whether this person has to register a second factor before anything else.
    var demandsRegistration: Bool {
        guard let session, session.machine == nil, !session.hasSecondFactor else { return false }
        return guideline.demandsSecondFactor(of: session.roles)
    }

    var actor: Actor { .user(session?.user ?? "") }

    /// What policy says of this reader about a person of each standing; asked for every item the catalogue knows, the
    /// grant tells which of them are permitted.
    ///
    /// - Parameters:
    ///   - declared: for its purpose instead of the daily one.
    ///   - purpose: instead of the daily one.
    ///   - hasReason: whether the reader wrote down why.
    func decisions(
        for action: Action, under declared: Declaration.Running? = nil, purpose: PurposeID? = nil,
        hasReason: Bool = false
    ) -> Decisions {
        guideline.decisions(
            for: AccessRequest(
                actor: actor, roles: session?.roles ?? [], action: action,
                items: Set(guideline.catalogue.items.keys),
                purpose: declared?.purpose ?? purpose
                    ?? (action.concernsItems || [.record, .export].contains(action)
                        ? "support" : action == .register ? "rights" : "operations"),
                standing: nil, on: today, declared: declared, hasReason: hasReason,
                scopes: session?.scopes ?? []))
    }

    /// Where this person declares, in this log-in.
    var declarationDesk: DeclarationDesk {
        DeclarationDesk(user: session?.user ?? "", token: token ?? "", hiding: titlesHiding) {
            decisions(for: $0, under: $1)
        }
    }

    /// Titles of those of this person's roles that alone would not show a protected person's address under a declaration.
    private func titlesHiding(_ declared: Declaration.Running) -> [String] {
        (session?.roles ?? []).filter { role in
            let decisions = guideline.decisions(
                for: AccessRequest(
                    actor: actor, roles: [role], action: .read, items: Set(guideline.catalogue.items.keys),
                    purpose: declared.purpose, standing: nil, on: today, declared: declared,
                    scopes: session?.scopes ?? []))
            let grant = decisions(PersonStanding(isProtected: true), decisions.reach.inside).grant
            return grant?.visibility(of: .address) != .shown
        }.map { guideline.roles[$0]?.title ?? $0.rawValue }
    }

    /// About the audit trail, which is about no person.
    var auditing: Decision { decisions(for: .audit)(PersonStanding()) }

    /// Where this person works on cases; an end needs a second person unless the service says otherwise.
    func desk(needsSecond: Bool) -> CaseDesk {
        CaseDesk(
            actor: session?.user ?? "", recording: decisions(for: .record), reading: decisions(for: .read),
            mayWork: { [guideline, today] worker, standing, place in
                let reach = guideline.reach(of: worker.roles, given: worker.scopes)
                return [Action.read, .record].allSatisfy { action in
                    guideline.decide(
                        AccessRequest(
                            actor: .user(worker.id), roles: worker.roles, action: action,
                            items: Set(guideline.catalogue.items.keys), purpose: "support",
                            standing: standing, on: today, scopes: worker.scopes,
                            remit: reach.remit(of: place))
                    ).grant != nil
                }
            }, needsSecond: needsSecond)
    }

    /// The denial, where the action is denied whomever it is about.
    func denial(of action: Action) -> Denial? { decisions(for: action).denial }

    func integer(_ name: String, in range: ClosedRange<Int>, usual: Int) throws(Problem) -> Int {
        guard request.query.contains(where: { $0.name == name }) else { return usual }
        guard let text = request.query(name), let number = Int(text), range.contains(number) else {
            throw .invalid(parameter: name)
        }
        return number
    }

    /// The parameter's text, as a form sends it: empty where nothing was typed. A program leaves out what it does not mean.
    ///
    /// - Parameters:
    ///   - atMost: bytes.
    ///   - mayBeEmpty: also where a program sends it.
    func typed(
        _ name: String, atMost: Int = 64, mayBeEmpty: Bool = false
    ) throws(Problem) -> String {
        guard request.query.contains(where: { $0.name == name }) else { return "" }
        guard let text = request.query(name), text.utf8.count <= atMost,
            !text.isEmpty || mayBeEmpty || !request.path.hasPrefix("/api/")
        else { throw .invalid(parameter: name, why: "\(atMost)バイトまでの文字で、1つだけ書いてください。") }
        return text
    }

    /// The parameter as a day; `nil` where nothing was typed.
    func day(_ name: String) throws(Problem) -> Day? {
        let text = try typed(name)
        guard !text.isEmpty else { return nil }
        guard let day = Day(iso: text) else {
            throw .invalid(parameter: name, why: "ある日を、年-月-日（2026-04-01）で書いてください。")
        }
        return day
    }

    /// The members of a JSON body, all of them texts.
    ///
    /// - Throws: 400 where it is no JSON object, 422 where a member is unknown or no text.
    func members(among fields: [String]) throws(Problem) -> [String: String] {
        guard let json = try? JSONDecoder().decode(JSON.self, from: Data(request.body)),
            case .object(let members) = json
        else { throw .malformedBody }
        var values: [String: String] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard fields.contains(name) else { throw .incomplete(name, "この項目は使えません。消してください。") }
            guard case .string(let text) = value else { throw .incomplete(name, "文字列で書いてください。") }
            values[name] = text
        }
        return values
    }

    func cursor() throws(Problem) -> CaseCursor? {
        guard request.query.contains(where: { $0.name == "after" }) else { return nil }
        guard let cursor = request.query("after").flatMap(CaseCursor.init(text:)) else {
            throw .invalid(parameter: "after")
        }
        return cursor
    }
}
