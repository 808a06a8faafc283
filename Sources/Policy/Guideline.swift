package import Domain

/// The machine-readable guideline that officials approve; the engine obeys nothing else.
package struct Guideline: Sendable {
    package let catalogue: Catalogue
    package let purposes: [PurposeID: Purpose]
    package let roles: [RoleID: Role]
    /// The catalogue item that holds each part of a person's identifiers.
    package let identifierItems: [IdentifierPart: ItemCode]
    /// Digest over the names and bytes of every file of the guideline; decisions and audit events carry it.
    package let revision: String
    /// In the order of their ids.
    let statements: [CompiledStatement]

    init(
        catalogue: Catalogue, purposes: [Purpose], roles: [Role], statements: [Statement],
        identifierItems: [IdentifierPart: ItemCode], revision: String
    ) {
        self.catalogue = catalogue
        self.purposes = Dictionary(purposes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.roles = Dictionary(roles.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.identifierItems = identifierItems
        self.revision = revision
        let (roleIDs, purposeIDs) = (Set(self.roles.keys), Set(self.purposes.keys))
        self.statements = statements.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }.map {
            CompiledStatement($0, catalogue: catalogue, roles: roleIDs, purposes: purposeIDs)
        }
    }

    /// Reads `items`, `purposes`, `roles` and `policies` below `folder`, strictly.
    ///
    /// - Parameter digest: a cryptographic digest, as lower-case hex.
    /// - Throws: everything that is wrong, each with file, line and key.
    package static func load(folder: String, digest: ([UInt8]) -> String) throws(Faults) -> Guideline {
        var reader = GuidelineReader()
        return try reader.read(GuidelineFolder(folder), digest: digest)
    }

    /// Decides a request: default deny, any forbid wins, what cannot be evaluated is decided the safe way.
    ///
    /// Each item is decided on its own and the grant covers those that are permitted; denied only if none is left.
    package func decide(_ request: AccessRequest) -> Decision {
        if let denial = refusal(of: request) { return .deny(denial) }
        let candidates = self.candidates(of: request)
        let counting = statements.map { $0.verdict(on: request, candidates: candidates) }.filter(\.counts)
        let permits = counting.filter { $0.effect == .permit }
        let forbids = counting.filter { $0.effect == .forbid }
        let permitted = permits.reduce(into: Set<ItemCode>()) { $0.formUnion($1.items) }
        let granted = forbids.reduce(into: permitted) { $0.subtract($1.items) }

        let isGranted =
            request.action.concernsItems ? !granted.isEmpty : !permits.isEmpty && forbids.isEmpty
        guard isGranted else { return .deny(denial(permits: permits, forbids: forbids)) }
        let deciding = counting.filter {
            !request.action.concernsItems || $0.effect == .forbid || !$0.items.isDisjoint(with: granted)
        }
        return .permit(
            Grant(
                actor: request.actor, action: request.action, purpose: request.purpose, items: granted,
                parts: Set(identifierItems.filter { granted.contains($0.value) }.keys),
                obligations: obligations(of: deciding), statements: deciding.map(\.statement).sorted(),
                revision: revision))
    }

    /// The request's decisions by standing, made once, for readers that meet many people.
    package func decisions(for request: AccessRequest) -> @Sendable (PersonStanding) -> Decision {
        @Sendable func decision(_ standing: PersonStanding) -> Decision {
            var request = request
            request.standing = standing
            return decide(request)
        }
        let usual = [PersonStanding(isProtected: false), PersonStanding(isProtected: true)]
        let made = Dictionary(uniqueKeysWithValues: usual.map { ($0, decision($0)) })
        return { made[$0] ?? decision($0) }
    }

    /// The items the night may take in: those that a purpose in force needs and policy lets the actor collect.
    ///
    /// What is not among them is dropped at landing, so that nothing without a purpose is ever stored.
    package func activeItems(for actor: Actor, roles: [RoleID], on day: Day) -> Set<ItemCode> {
        purposes.values.reduce(into: []) { active, purpose in
            let request = AccessRequest(
                actor: actor, roles: roles, action: .collect, items: purpose.items, purpose: purpose.id,
                standing: nil, on: day, isScheduled: true)
            active.formUnion(decide(request).grant?.items ?? [])
        }
    }
}

extension Guideline {
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
        if request.isScheduled, purpose.basis.isAdHoc {
            return denial(
                .adHocBasis,
                "利用目的「\(purpose.title)」の根拠は臨時的な利用に限られるため、毎晩の処理には使えません。")
        }
        if purpose.basis == .consent {
            return denial(.consentNotRecorded, "利用目的「\(purpose.title)」に必要な同意が確認できません。")
        }
        guard request.action.concernsItems else { return nil }
        if request.items.allSatisfy({ catalogue[$0] == nil }) {
            return denial(.unknownItem, "データ項目が指定されていないか、項目の一覧に定められていません。")
        }
        if candidates(of: request).isEmpty {
            return denial(.itemNotInPurpose, "指定した項目は、利用目的「\(purpose.title)」に含まれていません。")
        }
        return nil
    }

    private func denial(permits: [StatementVerdict], forbids: [StatementVerdict]) -> Denial {
        if permits.isEmpty || forbids.isEmpty {
            return Denial(
                ground: .notPermitted, message: "この役割と利用目的に、許可する規定がありません。", revision: revision)
        }
        let reasons = forbids.map(\.reason).joined(separator: " ")
        return Denial(
            ground: .forbidden, message: "禁止する規定があります。\(reasons)",
            statements: forbids.map(\.statement).sorted(), revision: revision)
    }

    private func obligations(of deciding: [StatementVerdict]) -> Obligations {
        let ids = Set(deciding.filter { $0.effect != .forbid }.map(\.statement))
        return Obligations(
            statements.reduce(into: []) { all, compiled in
                if ids.contains(compiled.statement.id) { all.formUnion(compiled.statement.obligations) }
            })
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
