package import Domain

/// The machine-readable guideline that officials approve; the engine obeys nothing else.
package struct Guideline: Sendable {
    package let catalogue: Catalogue
    package let purposes: [PurposeID: Purpose]
    package let roles: [RoleID: Role]
    /// The catalogue item that holds each part of a person's identifiers.
    package let identifierItems: [IdentifierPart: ItemCode]
    /// The items whose records tell where a person belongs.
    package let tellers: [ItemCode: ScopeKind]
    /// Digest over the names and bytes of every file of the guideline; decisions and audit events carry it.
    package let revision: String
    /// What counts as unusual reading (`audit/analysis.json5`), for the trail's own analysis to read; `nil` where there is none.
    package let analysis: ConfigurationNode?
    /// Roles whose users need a second factor to log in by page (`log-in/second-factor.json5`).
    private let secondFactor: Selector<RoleID>
    /// In the order of their ids.
    let statements: [CompiledStatement]
    /// Every decision, worked out.
    package let table: DecisionTable

    init(
        catalogue: Catalogue, purposes: [Purpose], roles: [Role], statements: [Statement],
        identifierItems: [IdentifierPart: ItemCode], tellers: [ItemCode: ScopeKind] = [:], revision: String,
        analysis: ConfigurationNode? = nil, secondFactor: Selector<RoleID> = .all
    ) {
        self.secondFactor = secondFactor
        self.analysis = analysis
        self.catalogue = catalogue
        self.purposes = Dictionary(purposes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.roles = Dictionary(roles.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.identifierItems = identifierItems
        self.tellers = tellers
        self.revision = revision
        let (roleIDs, purposeIDs) = (Set(self.roles.keys), Set(self.purposes.keys))
        self.statements = statements.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }.map {
            CompiledStatement($0, catalogue: catalogue, roles: roleIDs, purposes: purposeIDs)
        }
        table = DecisionTable(
            catalogue: catalogue, purposes: self.purposes, roles: self.roles,
            statements: self.statements)
    }

    /// Reads `items`, `purposes`, `roles`, `policies` and `audit` below `folder`, strictly.
    ///
    /// - Parameter digest: a cryptographic digest, as lower-case hex.
    /// - Throws: everything that is wrong, each with file, line and key.
    package static func load(folder: String, digest: ([UInt8]) -> String) throws(Faults) -> Guideline {
        try load(GuidelineFiles(folder: folder), digest: digest)
    }

    /// Reads files that were taken from a folder, perhaps long ago.
    package static func load(
        _ files: GuidelineFiles, digest: ([UInt8]) -> String
    ) throws(Faults) -> Guideline {
        var reader = GuidelineReader()
        return try reader.read(files, digest: digest)
    }

    /// Decides a request: default deny, any forbid wins, what cannot be evaluated is decided the safe way.
    ///
    /// Each item is decided on its own and the grant covers those that are permitted; denied only if none is left.
    package func decide(_ request: AccessRequest) -> Decision {
        if let denial = refusal(of: request) { return .deny(denial.asked(for: request.purpose)) }
        let asked = asked(by: request)
        let row = row(for: request)
        var granted = row.permits.intersection(asked)
        let forbidden = granted.intersection(row.forbids)
        granted.subtract(row.forbids)
        guard !granted.isEmpty else {
            let forbids = row.statements.filter {
                effect(of: $0) == .forbid && !table.itemsOfStatement[$0].intersection(asked).isEmpty
            }
            return .deny(
                denial(forbidding: forbidden.isEmpty ? [] : forbids).asked(for: request.purpose))
        }
        // What must be done beforehand, and was not, holds its items back.
        var unmet: [Obligation] = []
        for index in row.statements where effect(of: index) != .forbid {
            let open = statements[index].statement.obligations.filter { !request.meets($0) }
            guard !open.isEmpty, !granted.intersection(table.itemsOfStatement[index]).isEmpty else {
                continue
            }
            unmet += open
            granted.subtract(table.itemsOfStatement[index])
        }
        guard !granted.isEmpty else { return .deny(denial(unmet: unmet).asked(for: request.purpose)) }
        return .permit(grant(of: granted, asked: asked, by: request, counting: row.statements))
    }

    /// The part of every statement in a decision, in the order of their ids: what `decide` decides from, for whoever asks why.
    package func verdicts(on request: AccessRequest) -> [StatementVerdict] {
        let candidates = candidates(of: request)
        return statements.map { $0.verdict(on: request, candidates: candidates) }
    }

    package var statementCount: Int { statements.count }

    /// Whether somebody in these roles has to log in by a second factor: one role that does is enough.
    package func demandsSecondFactor(of roles: [RoleID]) -> Bool {
        roles.contains { secondFactor.contains($0, isSound: true) != false }
    }

    /// How far somebody in these roles reaches.
    package func reach(of roles: [RoleID], given scopes: Set<Scope>) -> Reach {
        Reach(
            required: Set(roles.compactMap { self.roles[$0]?.scope }), given: scopes, tellers: tellers)
    }

    /// The request's decisions by standing and by whether it lies in the asker's range, made once, for readers that meet many people.
    package func decisions(for request: AccessRequest) -> Decisions {
        let reach = reach(of: request.roles, given: request.scopes)
        @Sendable func decision(_ standing: PersonStanding, _ remit: Remit) -> Decision {
            var request = request
            request.standing = standing
            request.remit = remit
            return decide(request)
        }
        let usual = [PersonStanding(isProtected: false), PersonStanding(isProtected: true)]
        let made = Dictionary(uniqueKeysWithValues: usual.map { ($0, decision($0, reach.inside)) })
        return Decisions(for: request.purpose, reach: reach) { standing, remit in
            (reach.isBounded && remit != reach.inside ? nil : made[standing]) ?? decision(standing, remit)
        }
    }

    /// The purposes for which it matters what a person said: consent is their basis, or a refusal forbids something.
    package var purposesHeedingConsent: Set<PurposeID> {
        Set(
            purposes.values.filter { purpose in
                purpose.basis == .consent
                    || statements.contains {
                        $0.statement.condition.consent != nil
                            && $0.statement.purposes.contains(purpose.id, isSound: true) == true
                    }
            }.map(\.id))
    }

    /// The items the night may take in: those that a purpose in force needs and policy lets the actor collect.
    ///
    /// What is not among them is dropped at landing, so that nothing without a purpose is ever stored.
    ///
    /// - Parameter refused: purposes that do not count, since the person refused them.
    package func activeItems(
        for actor: Actor, roles: [RoleID], on day: Day, besides refused: Set<PurposeID> = []
    ) -> Set<ItemCode> {
        purposes.values.filter { !refused.contains($0.id) }.reduce(into: []) { active, purpose in
            let request = AccessRequest(
                actor: actor, roles: roles, action: .collect, items: purpose.items, purpose: purpose.id,
                standing: nil, on: day, isScheduled: true)
            active.formUnion(decide(request).grant?.items ?? [])
        }
    }
}

extension Guideline {
    private func effect(of index: Int) -> Effect { statements[index].statement.effect }

    /// The places in question: of the items asked for that purpose and catalogue know, or of the action itself.
    private func asked(by request: AccessRequest) -> ItemBits {
        let count = table.items.count + 1
        guard request.action.concernsItems else { return ItemBits(places: count, [table.items.count]) }
        return ItemBits(places: count, candidates(of: request).compactMap(table.place(of:)))
    }

    /// The row of the request's roles taken together: whatever counts for one of them counts.
    private func row(for request: AccessRequest) -> DecisionTable.Row {
        let rows = request.roles.compactMap { role -> DecisionTable.Row? in
            guard let role = table.place(of: role), let purpose = table.place(of: request.purpose),
                let action = Action.places[request.action]
            else { return nil }
            return table.row(
                at: .init(
                    role: role, action: action, purpose: purpose, item: 0,
                    situation: request.situation.position))
        }
        guard var all = rows.first else {
            let none = ItemBits(places: table.items.count + 1)
            return DecisionTable.Row(statements: [], permits: none, forbids: none, asked: none)
        }
        for row in rows.dropFirst() { all.add(row) }
        return all
    }

    private func grant(
        of granted: ItemBits, asked: ItemBits, by request: AccessRequest, counting: [Int]
    ) -> Grant {
        let deciding = counting.filter { index in
            let items = table.itemsOfStatement[index]
            return !items.intersection(effect(of: index) == .forbid ? asked : granted).isEmpty
        }
        var banded = ItemBits(places: table.items.count + 1)
        var obligations: Set<Obligation> = []
        for index in deciding where effect(of: index) != .forbid {
            obligations.formUnion(statements[index].statement.obligations)
            if statements[index].statement.obligations.contains(.band) {
                banded.formUnion(table.itemsOfStatement[index].intersection(granted))
            }
        }
        // Nobody can show a name in bands: what identifies is withheld whole.
        let items = named(granted).subtracting(named(banded))
        return Grant(
            actor: request.actor, action: request.action, purpose: request.purpose,
            items: items, bandedItems: named(banded),
            parts: Set(identifierItems.filter { items.contains($0.value) }.keys),
            obligations: Obligations(obligations), statements: deciding.map { statements[$0].statement.id },
            revision: revision, declared: request.running)
    }

    private func named(_ bits: ItemBits) -> Set<ItemCode> {
        Set(bits.members.compactMap { $0 < table.items.count ? table.items[$0] : nil })
    }

    /// The items a statement may be asked about; those the catalogue or the purpose lacks are out of question.
    private func candidates(of request: AccessRequest) -> Set<ItemCode> {
        guard request.action.concernsItems, let purpose = purposes[request.purpose] else { return [] }
        return request.items.intersection(purpose.items).filter { catalogue[$0] != nil }
    }

    /// The grounds that no statement can mend, in order.
    private func refusal(of request: AccessRequest) -> Denial? {
        func denial(_ ground: Denial.Ground, _ message: String) -> Denial {
            Denial(ground: ground, message: message, revision: revision)
        }
        for id in request.roles {
            guard let role = roles[id] else {
                return denial(.unknownRole, "役割「\(id)」はガイドラインに定められていません。")
            }
            guard role.isSystem == request.actor.isSystem else {
                return denial(.roleNotForActor, "役割「\(role.title)」は、この利用者では使えません。")
            }
        }
        guard let purpose = purposes[request.purpose] else {
            return denial(.unknownPurpose, "利用目的「\(request.purpose)」はガイドラインに定められていません。")
        }
        if !purpose.isActive(on: request.day) {
            return denial(.purposeNotActive, "利用目的「\(purpose.title)」は、この日には有効ではありません。")
        }
        if let ground = purpose.refusal(in: request.situation) {
            return denial(ground, ground.message(about: purpose))
        }
        if let message = beyond(request) { return denial(.outsideScope, message) }
        guard request.action.concernsItems else { return nil }
        if request.items.allSatisfy({ catalogue[$0] == nil }) {
            return denial(.unknownItem, "データ項目が指定されていないか、項目の一覧に定められていません。")
        }
        if candidates(of: request).isEmpty {
            return denial(.itemNotInPurpose, "指定した項目は、利用目的「\(purpose.title)」に含まれていません。")
        }
        return nil
    }

    /// Why a request goes beyond the range of one of its roles; `nil` where it does not.
    private func beyond(_ request: AccessRequest) -> String? {
        let bounded = request.roles.compactMap { roles[$0] }.filter { $0.scope != .city }
        guard let role = bounded.first, !request.action.heedsScope || request.remit != .within else {
            return nil
        }
        if !request.action.heedsScope { return "役割「\(role.title)」は、\(role.scope.title)ごとに分けられない操作には使えません。" }
        let missing = reach(of: request.roles, given: request.scopes).missing
        if let kind = ScopeKind.allCases.first(where: missing.contains) {
            return "この役割には範囲（\(kind.title)）が要りますが、この利用者には付いていません。付けるまで、何も見えません。"
        }
        return request.remit == .outside ? "この利用者の範囲の外です。" : "この利用者の範囲の中かどうかが分かりません。"
    }

    /// - Parameter forbidding: the statements that took away what others permit; none: nothing permits it.
    private func denial(forbidding: [Int]) -> Denial {
        guard !forbidding.isEmpty else {
            return Denial(
                ground: .notPermitted, message: "この役割と利用目的に、許可する規定がありません。", revision: revision)
        }
        let reasons = forbidding.map { statements[$0].statement.reason }.joined(separator: " ")
        return Denial(
            ground: .forbidden, message: "禁止する規定があります。\(reasons)",
            statements: forbidding.map { statements[$0].statement.id }, revision: revision)
    }

    private func denial(unmet: [Obligation]) -> Denial {
        unmet.contains(.secondPerson)
            ? Denial(
                ground: .secondPersonRequired, message: "この情報は、ほかの担当者と2人で開く決まりです。", revision: revision)
            : Denial(ground: .reasonRequired, message: "この情報を見る理由を書く決まりです。", revision: revision)
    }
}

extension DecisionTable.Row {
    fileprivate mutating func add(_ other: Self) {
        var both = self.permits
        both.formUnion(other.permits)
        var neither = self.forbids
        neither.formUnion(other.forbids)
        self = Self(
            statements: Set(statements).union(other.statements).sorted(), permits: both, forbids: neither,
            asked: asked)
    }
}

extension Denial.Ground {
    fileprivate func message(about purpose: Purpose) -> String {
        switch self {
        case .adHocBasis: "利用目的「\(purpose.title)」の根拠は臨時的な利用に限られるため、毎晩の処理には使えません。"
        case .consentNotRecorded: "利用目的「\(purpose.title)」に必要な同意が確認できません。"
        case .emergencyNotDeclared: "利用目的「\(purpose.title)」は、緊急の申告をしている間だけ使えます。"
        default: "利用目的「\(purpose.title)」では使えません。"
        }
    }
}

extension Actor {
    var isSystem: Bool {
        switch self {
        case .user: false
        case .system: true
        }
    }
}
