package import Domain

/// Reads a registry file (JSON, an array of records) as it really is written: what can be understood is, the rest is told.
///
/// A field that cannot be read never takes the record with it, and never becomes a limit that the registry did not mean: an age
/// that contradicts itself is unknown, not 0.
package struct RegistryReader {
    let table: MatchingTable
    private var remarks: [RegistryRemark] = []
    private var programmes: [Programme] = []
    /// By psid, the line it was first read at.
    private var known: [String: Int] = [:]
    /// What is told once a file: keys nobody knows, codes nobody gave a meaning.
    private var told: Set<String> = []
    /// The record that is being read.
    private var psid = ""
    /// Its fields that say for whom or how long it is, and could not be read.
    private var unread: [String] = []

    /// - Parameters:
    ///   - text: the file's text.
    ///   - name: how faults name the file.
    /// - Throws: `Fault` where the file is no JSON at all, is cut off, or is no array.
    package static func read(
        _ text: String, name: String, table: MatchingTable
    ) throws(Fault) -> RegistryReading {
        let root = try ConfigurationFile.read(text, name: name).root
        guard case .array(let records) = root.value else {
            throw Fault(
                .configuration, code: "registry.form", message: "制度の一覧（[ ] で囲んだ並び）ではありません。", file: name,
                line: root.line, fix: "子育て支援制度レジストリのJSONファイルを指定してください。")
        }
        var reader = RegistryReader(table: table)
        for record in records { reader.read(record) }
        return RegistryReading(
            programmes: reader.programmes, remarks: reader.remarks, records: records.count)
    }

    private init(table: MatchingTable) { self.table = table }

    // MARK: a record

    private mutating func read(_ record: ConfigurationNode) {
        (psid, unread) = ("", [])
        guard case .object = record.value else {
            reject(record, "record.form", "", "制度の記録が { } の組ではありません。")
            return
        }
        let basic = part(record, "basicInformation")
        psid = string(basic, "psid")?.text ?? ""
        guard !psid.isEmpty, psid.count <= 200 else {
            reject(record, "psid.missing", "basicInformation.psid", "制度の番号（psid）がないか、読めません。")
            return
        }
        if let first = known[psid] {
            reject(record, "psid.duplicate", "basicInformation.psid", "同じ番号の制度が\(first)行目にもあります。初めの方だけを使います。")
            return
        }
        let name = part(record, "institutionName")
        let title = text(name, "canonicalName").text
        guard !title.isEmpty else {
            reject(record, "name.missing", "institutionName.canonicalName", "制度の名前がありません。")
            return
        }
        tellUnknownKeys(of: record)
        let target = part(record, "target")
        let persons = text(target, "targetPersons")
        let summary = text(record, "summary")
        var links = persons.links + summary.links
        func words(_ node: ConfigurationNode?, _ keys: String...) -> [String] {
            keys.flatMap { key -> [String] in
                let (text, found) = self.texts(node, key)
                links += found
                return text
            }
        }
        let conditions = words(target, "conditions")
        let documents =
            words(record, "belongings")
            + words(part(record, "procedureDocumentsCode"), "others")
        let procedure =
            words(record, "procedureMethod", "procedureCounter", "procedurePersons")
            + words(part(record, "utilizationTime"), "conditions", Self.misspelt)
        let contact = part(record, "contact")
        let contacts = words(
            contact, "contactName", "contactPhone", "contactEx", "contactEmail", "contactAddress",
            "contactComment")
        // Of these only the links are shown: who reads on follows them.
        for key in ["description", "utilization", "remarks", "costConditions"] { _ = words(record, key) }
        _ = words(part(record, "support"), "description", "monetarySupport", "materiallySupport")
        links += self.links(record)
        let tag = part(record, "tag")
        let age = age(target, besides: persons.text + "\n" + title, line: record.line)
        let targets = codes(tag, "targetCode", known: ["000"], 86...102)
        let period = period(of: record)
        let programme = Programme(
            psid: psid, name: title, summary: summary.text, organization: text(basic, "organization").text,
            persons: persons.text, conditions: conditions, area: area(record),
            age: age, targets: targets,
            categories: codes(tag, "categoryCode", known: [], 0...32),
            contents: codes(tag, "contentsCode", known: ["000"], 77...83),
            period: period, documents: documents, procedure: procedure, contact: contacts,
            links: unique(links),
            updated: day(record, "updateDate", part: "updateDate"), unread: unread.isEmpty ? nil : unread)
        known[psid] = record.line
        programmes.append(programme)
    }

    // MARK: telling

    /// A field that says for whom or how long it is stays open: whoever looks is asked.
    mutating func leaveOpen(_ field: String) {
        if !unread.contains(field) { unread.append(field) }
    }

    /// Once a place, however often it is read.
    mutating func isNews(_ node: ConfigurationNode) -> Bool {
        told.insert("at \(node.line) \(node.path)").inserted
    }

    private mutating func reject(
        _ node: ConfigurationNode, _ code: String, _ field: String, _ message: String
    ) {
        add(.rejected, code, node.line, field, message, "レジストリの管理者に知らせるか、ファイルを直してください。この制度は案内しません。")
    }

    mutating func add(
        _ kind: RegistryRemark.Kind, _ code: String, _ line: Int, _ field: String, _ message: String,
        _ fix: String
    ) {
        remarks.append(
            RegistryRemark(
                kind: kind, code: code, psid: psid, line: line, field: field, message: message, fix: fix))
    }

    /// Tells once a file.
    mutating func addOnce(
        _ kind: RegistryRemark.Kind, _ code: String, _ line: Int, _ field: String, _ message: String,
        _ fix: String
    ) {
        guard told.insert("\(code) \(field) \(message)").inserted else { return }
        add(kind, code, line, field, message, fix)
    }

    private mutating func tellUnknownKeys(of record: ConfigurationNode) {
        for member in record.members {
            guard let inner = Self.keys[member.key] else {
                if Self.saysForWhom(member.key), !member.node.isBlank { leaveOpen(member.key) }
                addOnce(
                    .open, "key.unknown", member.node.line, member.key, "知らない項目です。読みません。",
                    "レジストリの説明書で意味を確かめ、要る項目なら開発元に知らせてください。")
                continue
            }
            guard !inner.isEmpty else { continue }
            for part in elements(of: member.node) {
                for inside in part.members where !inner.contains(inside.key) {
                    if inside.key == Self.misspelt {
                        addOnce(
                            .understood, "key.misspelt", inside.node.line, "\(member.key).\(inside.key)",
                            "名前の書き誤りです。「conditions」（条件）と読みました。", "直さなくても使えます。")
                    } else {
                        let isLimit = member.key == "target" || Self.saysForWhom(inside.key)
                        if isLimit, !inside.node.isBlank { leaveOpen("\(member.key).\(inside.key)") }
                        addOnce(
                            .open, "key.unknown", inside.node.line, "\(member.key).\(inside.key)",
                            "知らない項目です。読みません。", "レジストリの説明書で意味を確かめ、要る項目なら開発元に知らせてください。")
                    }
                }
            }
        }
    }

    /// Whether a key that nobody knows may limit for whom it is: a slip of one that does.
    private static func saysForWhom(_ key: String) -> Bool {
        let key = key.lowercased()
        return key.contains("target") || key.contains("condition") && !key.hasPrefix("cost")
    }

    private func elements(of node: ConfigurationNode) -> [ConfigurationNode] {
        if case .array(let elements) = node.value { elements } else { [node] }
    }

    private func unique(_ links: [Programme.Link]) -> [Programme.Link] {
        var seen: Set<String> = []
        return links.filter { seen.insert($0.address).inserted }
    }

    /// A key of `utilizationTime` as a search and replace left it.
    private static let misspelt = "condiutilizationConditionstions"

    /// The record's keys, and those of the parts that are records themselves.
    private static let keys: [String: Set<String>] = {
        let bound: Set<String> = []
        let period: Set = ["fromYMD", "toYMD", "fromHM", "toHM", "conditions"]
        return [
            "basicInformation": [
                "psid", "organization", "institutionType", "compartment", "compartmentCode",
            ],
            "institutionName": ["canonicalName", "shortName"],
            "class": bound, "summary": bound, "description": bound, "utilization": bound, "remarks": bound,
            "specificDate": bound, "cost": bound, "costConditions": bound, "capacity": bound,
            "holiday": bound,
            "belongings": bound, "procedureMethod": bound, "procedureCounter": bound,
            "procedurePersons": bound,
            "electronicSubmission": bound, "updateDate": bound, "useConsiderationFlag": bound,
            "target": [
                "targetPersons", "conditions", "lessThan", "lessThanOrEqualTo", "greaterThanOrEqualTo",
                "greaterThan",
            ],
            "support": ["description", "monetarySupport", "materiallySupport"],
            "procedureDocumentsCode": ["code", "others"], "formLink": ["title", "uri"],
            "implementationPeriod": period, "procedurePeriod": period,
            "utilizationTime": ["fromHM", "toHM", "conditions"],
            "implementationPlace": ["implementationName", "implementationAddress"],
            "contact": [
                "contactName", "contactPhone", "contactEx", "contactEmail", "contactUrl", "contactAddress",
                "zipCode", "contactComment",
            ],
            "area": ["areaCode", "areaText"], "regulation": ["regulationName", "regulationArticle"],
            "localGovernmentLink": ["title", "uri"], "relatedLink": ["title", "uri"],
            "tag": ["categoryCode", "targetCode", "contentsCode"],
            "odInformation": ["updateDate", "updater", "content"],
        ]
    }()
}
