package import Domain

/// `Mappings/headers.json5`: the words of headers, as officials keep them; the file explains each part.
package struct HeaderDictionary: Decodable, Sendable {
    package struct Who: Decodable, Sendable {
        let row: [String]
        let guardian: [String]
        let applicant: [String]
        let hidden: [String]
    }
    package struct Left: Decodable, Sendable {
        let words: [String]
        let reason: String
    }

    let who: Who
    let identity: [String: Placed<[String]>]
    let nameBehindWho: [String]
    let facts: [String: Placed<[String]>]
    let period: [String]
    let left: [Left]
    let programmes: [String]
    let notation: [String]
    let suffixes: [String]
    let caution: [String]
    /// Older workspaces have none.
    let telling: [String]?

    /// Reads the dictionary and holds its keys against the catalogue.
    ///
    /// - Throws: all `Faults` of the file, kind `.configuration`.
    package static func load(_ path: String, catalogue: Catalogue) throws(Faults) -> HeaderDictionary {
        let dictionary: HeaderDictionary
        do {
            dictionary = try ConfigurationFile.load(path, name: "Mappings/headers.json5").decode()
        } catch let fault as Fault {
            guard let faults = Faults([fault]) else { preconditionFailure("INVARIANT: one fault is some") }
            throw faults
        } catch let faults as Faults {
            throw faults
        } catch {
            preconditionFailure("INVARIANT: configuration files throw nothing else")
        }
        var faults: [Fault] = []
        for (key, words) in dictionary.identity where IdentityColumn(rawValue: key) == nil {
            let near = nearest(key, in: IdentityColumn.allCases.map(\.rawValue))
            faults.append(
                words.node.fault(
                    "headers.identity", "「\(key)」という列の種類はありません。",
                    fix: near.map { "「\($0)」の書き誤りではありませんか。" } ?? "この行を消してください。"))
        }
        for (key, words) in dictionary.facts where fact(key, catalogue) == nil {
            faults.append(
                words.node.fault(
                    "headers.fact", "「\(key)」は項目一覧にありません。",
                    fix: "Guidelines/items の項目の番号と種類を「C01.status」の形で書くか、この行を消してください。"))
        }
        if let faults = Faults(faults.sorted { ($0.line ?? 0) < ($1.line ?? 0) }) { throw faults }
        return dictionary
    }

    /// `C01.status` as item and kind; `nil` where the catalogue has none.
    static func fact(_ key: String, _ catalogue: Catalogue) -> ColumnMeaning? {
        let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, catalogue[ItemCode(parts[0])]?.kind(parts[1]) != nil else { return nil }
        return .fact(ItemCode(parts[0]), kind: parts[1])
    }
}
