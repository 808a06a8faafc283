import Domain

/// Reads a guideline's files into a `Guideline`, and collects everything that is wrong with them.
struct GuidelineReader {
    private(set) var faults: [Fault] = []
    private var catalogue = Catalogue([])
    private var identifierItems: [IdentifierPart: ItemCode] = [:]
    private var tellers: [ItemCode: ScopeKind] = [:]
    private var words = Vocabulary()

    /// Names that files may refer to. An entry with a fault of its own is known all the same, so that one mistake is
    /// told once.
    private struct Vocabulary {
        var items: [String: ItemCode] = [:]
        var roles: [String: RoleID] = [:]
        var purposes: [String: PurposeID] = [:]
    }

    mutating func read(_ folder: GuidelineFiles, digest: ([UInt8]) -> String) throws(Faults) -> Guideline {
        let items = entries(ItemsFile.self, folder.files(in: "items")) { ($0.items, ()) }
        let roles = entries(RolesFile.self, folder.files(in: "roles")) { ($0.roles, $0.body) }
        let purposes = roots(folder.files(in: "purposes"))
        let analyses = roots(folder.files(in: "audit"))
        let logIns = roots(folder.files(in: "log-in"))
        let statements = entries(PoliciesFile.self, folder.files(in: "policies")) { ($0.statements, ()) }
        words.items = names(items.map(\.node), key: "code", of: "データ項目")
        words.roles = names(roles.map(\.node), key: "id", of: "役割")
        words.purposes = names(purposes, key: "id", of: "利用目的")
        let _: [String: StatementName] = names(statements.map(\.node), key: "id", of: "規定")

        readItems(items.map(\.node))
        let readRoles = roles.compactMap { role(of: $0.node, body: $0.context) }
        for (role, node) in zip(readRoles, roles.map(\.node)) where readRoles.count == roles.count {
            requireTeller(of: role, node)
        }
        let readPurposes = purposes.compactMap { purpose(of: $0) }
        let readStatements = statements.compactMap { statement(of: $0.node) }
        let secondFactor = secondFactor(of: logIns)
        if let faults = Faults(faults) { throw faults }
        return Guideline(
            catalogue: catalogue, purposes: readPurposes, roles: readRoles, statements: readStatements,
            identifierItems: identifierItems, tellers: tellers, revision: digest(folder.canonicalBytes),
            analysis: analyses.first, secondFactor: secondFactor)
    }

    // MARK: Items

    private mutating func readItems(_ nodes: [ConfigurationNode]) {
        var items: [Item] = []
        for node in nodes {
            guard let entry = decode(ItemEntry.self, node) else { continue }
            demandText(node, "title", "holder", "justification")
            if !(1...RetentionPeriods.longest).contains(entry.retentionYears) {
                report(
                    node.place(of: "retentionYears"), "retention",
                    "保存年数が1年から\(RetentionPeriods.longest)年までではありません。",
                    "その間の年数を書いてください。永年保存なら\(RetentionPeriods.longest)とします。")
            }
            var seen: Set<String> = []
            for kind in entry.kinds {
                if !seen.insert(kind.kind).inserted {
                    report(
                        node.place(of: "kinds"), "duplicate", "種類「\(kind.kind)」が二度書かれています。", "一つにまとめてください。")
                }
                if (kind.type == .code) != !(kind.codes ?? []).isEmpty {
                    report(
                        node.place(of: "kinds"), "codes", "種類「\(kind.kind)」の型と語の一覧（codes）が合っていません。",
                        "型が code のときだけ、語の一覧を書いてください。")
                }
                if kind.type != .number, kind.unit != nil {
                    report(
                        node.place(of: "kinds"), "unit", "種類「\(kind.kind)」は数ではないのに、単位があります。",
                        "型を number にするか、unit を消してください。")
                }
            }
            for part in entry.identifiers ?? [] {
                if let other = identifierItems.updateValue(entry.code, forKey: part) {
                    report(
                        node.place(of: "identifiers"), "identifiers",
                        "本人確認情報「\(part.rawValue)」は、項目「\(other)」が既に持っています。", "一つの項目だけに書いてください。")
                }
            }
            if let scope = entry.scope {
                if scope == .school || scope == .age {
                    tellers[entry.code] = scope
                } else {
                    report(
                        node.place(of: "scope"), "scope", "項目の範囲（scope）に「\(scope.rawValue)」は書けません。",
                        "学校を示す記録には \"school\"、妊娠と出産の記録には \"age\" を書き、ほかは消してください。")
                }
            }
            items.append(entry.item)
        }
        catalogue = Catalogue(items)
        guard let first = nodes.first, faults.isEmpty else { return }
        for part in IdentifierPart.allCases where identifierItems[part] == nil {
            report(
                first, "identifiers", "本人確認情報「\(part.rawValue)」を持つ項目がありません。",
                "どれか一つの項目の identifiers に書いてください。")
        }
    }

    // MARK: Roles and purposes

    private mutating func role(of node: ConfigurationNode, body: Body) -> Role? {
        guard let entry = decode(RoleEntry.self, node) else { return nil }
        demandText(node, "title", "description")
        return Role(
            id: entry.id, title: entry.title, body: body, description: entry.description,
            isSystem: entry.isSystem ?? false, scope: entry.scope ?? .city)
    }

    /// A role bound to schools sees nobody where no item's records tell of a person's school; the machine is bound to nothing.
    private mutating func requireTeller(of role: Role, _ node: ConfigurationNode) {
        if role.isSystem, role.scope != .city {
            report(node.place(of: "scope"), "scope", "機械の役割に、範囲（scope）は書けません。", "scope を消してください。")
        }
        if role.scope == .school, !tellers.values.contains(.school) {
            report(
                node.place(of: "scope"), "scope", "こどもの学校を示す項目がありません。",
                "学齢簿などの項目に scope: \"school\" を書いてください。")
        }
    }

    private mutating func purpose(of node: ConfigurationNode) -> Purpose? {
        guard let entry = decode(PurposeEntry.self, node) else { return nil }
        demandText(node, "title", "description", "council", "fileRegister")
        if entry.articles.isEmpty {
            report(node.place(of: "articles"), "articles", "根拠となる条文がありません。", "根拠の条文を一つ以上書いてください。")
        }
        if let last = entry.validTo, last < entry.validFrom {
            report(
                node.place(of: "validTo"), "period", "有効な期間の終わりが、始まりより前です。",
                "validFrom と validTo を確かめてください。")
        }
        if entry.basis.isAdHoc, entry.validTo == nil || entry.occasion == nil {
            report(
                node.place(of: "basis"), "ad-hoc", "臨時的な利用の根拠には、期限と対象の案件が必要です。",
                "validTo と occasion を書いてください。")
        }
        if !entry.basis.isAdHoc, entry.occasion != nil {
            report(
                node.place(of: "occasion"), "ad-hoc", "案件（occasion）は、臨時的な利用の根拠のときだけ書けます。",
                "根拠を見直すか、occasion を消してください。")
        }
        return Purpose(
            id: entry.id, title: entry.title, description: entry.description, basis: entry.basis,
            articles: entry.articles, validFrom: entry.validFrom, validTo: entry.validTo,
            occasion: entry.occasion, council: entry.council, fileRegister: entry.fileRegister,
            items: members(entry.items, of: words.items, called: "データ項目"),
            isEmergency: entry.emergency ?? false,
            spotCheck: entry.spotCheck.flatMap { plan(of: $0, of: entry, node) })
    }

    /// How children are drawn for 抜き取り確認; of the purpose that cases are worked on for alone, since nobody reads it elsewhere.
    private mutating func plan(
        of text: PurposeEntry.SpotCheckEntry, of purpose: PurposeEntry, _ node: ConfigurationNode
    ) -> SpotCheckPlan? {
        let place = node.place(of: "spotCheck")
        guard purpose.id == "support" else {
            report(
                place, "spot-check", "抜き取り確認（spotCheck）は、この利用目的には書けません。",
                "ケースを扱う利用目的（support）に書いてください。")
            return nil
        }
        guard (1...500).contains(text.perMonth), (0...17).contains(text.ageYears.from),
            (text.ageYears.from...17).contains(text.ageYears.to)
        else {
            report(
                place, "spot-check", "抜き取り確認（spotCheck）の人数か年齢が、使える範囲にありません。",
                "人数（perMonth）は1〜500、年齢（ageYears）の from と to は0〜17で、from を to 以下にしてください。行わないときは spotCheck を消してください。"
            )
            return nil
        }
        return SpotCheckPlan(perMonth: text.perMonth, ages: text.ageYears.from...text.ageYears.to)
    }

    // MARK: Log-in

    /// Who needs a second factor; everybody, where no file says anything else.
    private mutating func secondFactor(of nodes: [ConfigurationNode]) -> Selector<RoleID> {
        if nodes.count > 1 {
            report(
                nodes[1], "log-in", "ログインの決まり（log-in）のファイルが二つ以上あります。", "一つのファイルにまとめてください。")
        }
        guard let node = nodes.first, let entry = decode(LogInFile.self, node) else { return .all }
        return selector(entry.secondFactor, of: words.roles, called: "役割")
    }

    // MARK: Statements

    private mutating func statement(of node: ConfigurationNode) -> Statement? {
        guard let entry = decode(StatementEntry.self, node) else { return nil }
        demandText(node, "reason")
        let actions = selector(entry.actions, of: vocabulary(Action.self), called: "操作")
        let items = selector(entry.items, of: words.items, called: "データ項目")
        let sensitivities = entry.sensitivities.map {
            members($0, of: vocabulary(Sensitivity.self), called: "秘密の種類")
        }
        let obligations =
            entry.obligations.map { members($0, of: vocabulary(Obligation.self), called: "義務") } ?? []
        if let when = entry.when {
            if when.protected == nil, when.scheduled == nil, when.consent == nil {
                report(node.place(of: "when"), "when", "条件（when）が空です。", "条件を書くか、when を消してください。")
            }
            if let consent = when.consent, consent != (entry.effect == .permit ? .given : .refused) {
                report(
                    node.place(of: "when"), "consent", "この規定には書けない同意の条件です。同意が減ると、できることが増えてしまいます。",
                    "許可には consent: \"given\"、禁止と義務には consent: \"refused\" だけを書けます。")
            }
        }
        switch entry.effect {
        case .oblige where obligations.isEmpty:
            report(node, "obligations", "義務の規定に、義務（obligations）がありません。", "義務を一つ以上書いてください。")
        case .forbid where entry.obligations != nil:
            report(
                node.place(of: "obligations"), "obligations", "禁止の規定には、義務（obligations）を書けません。",
                "obligations を消すか、effect を oblige にしてください。")
        case .permit, .forbid, .oblige: break
        }
        if obligations.contains(.suppressSmallCounts), actions.named != [.aggregate] {
            report(
                node.place(of: "obligations"), "small-counts", "少ない人数を伏せる義務は、集計だけの規定に書けます。",
                "actions を [\"aggregate\"] にするか、suppressSmallCounts を消してください。")
        }
        let chosen = Set(Action.allCases.filter { actions.contains($0, isSound: true) == true })
        if entry.effect != .permit, !chosen.contains(where: \.concernsItems),
            sensitivities != nil || !items.named.isEmpty
        {
            report(
                node.place(of: "items"), "no-items", "データ項目を扱わない操作だけの規定に、項目の限定があります。",
                "items を \"all\" にし、sensitivities を消してください。このままでは、この規定は働きません。")
        }
        return Statement(
            id: entry.id, effect: entry.effect, reason: entry.reason,
            roles: selector(entry.roles, of: words.roles, called: "役割"), actions: chosen, items: items,
            sensitivities: sensitivities,
            purposes: selector(entry.purposes, of: words.purposes, called: "利用目的"),
            condition: Condition(
                protected: entry.when?.protected, scheduled: entry.when?.scheduled,
                consent: entry.when?.consent),
            obligations: obligations)
    }

    // MARK: Files

    private mutating func roots(_ files: [GuidelineFiles.File]) -> [ConfigurationNode] {
        files.compactMap { file in
            guard let text = String(validating: file.bytes, as: UTF8.self) else {
                faults.append(
                    Fault(
                        .configuration, code: "guideline.encoding", message: "UTF-8の文字として読めません。",
                        file: file.path, fix: "文字コードをUTF-8にして保存してください。"))
                return nil
            }
            do throws(Fault) {
                return try ConfigurationFile.read(text, name: file.path).root
            } catch {
                faults.append(error)
                return nil
            }
        }
    }

    private mutating func entries<File: Decodable, Context>(
        _ type: File.Type, _ files: [GuidelineFiles.File], _ parts: (File) -> ([ConfigurationNode], Context)
    ) -> [(node: ConfigurationNode, context: Context)] {
        roots(files).flatMap { root -> [(node: ConfigurationNode, context: Context)] in
            guard let file = decode(type, root) else { return [] }
            let (nodes, context) = parts(file)
            return nodes.map { ($0, context) }
        }
    }

    private mutating func decode<Entry: Decodable>(_ type: Entry.Type, _ node: ConfigurationNode) -> Entry? {
        do throws(Faults) {
            return try node.decode(type)
        } catch {
            faults.append(contentsOf: error.all)
            return nil
        }
    }

    /// A guideline is read by people: a heading or a reason left blank is a fault.
    private mutating func demandText(_ node: ConfigurationNode, _ keys: String...) {
        for key in keys {
            let place = node.place(of: key)
            if place.text?.contains(where: { !$0.isWhitespace }) != true {
                report(place, "blank", "説明の文が空です。", "人が読んで分かる文を書いてください。")
            }
        }
    }

    mutating func report(_ place: ConfigurationNode, _ code: String, _ message: String, _ fix: String) {
        faults.append(place.fault("guideline.\(code)", message, fix: fix))
    }
}
