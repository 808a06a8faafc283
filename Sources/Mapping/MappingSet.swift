package import Domain
internal import Foundation

/// The mappings of all extracts a city delivers.
package struct MappingSet: Sendable {
    /// The spine first, then by source id.
    package let all: [ExtractMapping]

    package subscript(source: SourceID) -> ExtractMapping? { all.first { $0.source == source } }

    /// Reads every `<city system>/<extract>.json5` under `folder` and checks it against the catalogue.
    ///
    /// - Throws: all `Faults` found in all files, in the order of files and lines.
    package static func load(folder: String, catalogue: Catalogue) throws(Faults) -> MappingSet {
        var faults: [Fault] = []
        var mappings: [(mapping: ExtractMapping, file: String)] = []
        for name in files(under: folder) {
            var check = MappingCheck(catalogue: catalogue)
            do {
                let file = try ConfigurationFile.load("\(folder)/\(name)", name: "Mappings/\(name)")
                if let mapping = check.check(file) { mappings.append((mapping, "Mappings/\(name)")) }
            } catch {
                faults.append(error)
            }
            faults += check.faults.sorted { ($0.line ?? 0, $0.field ?? "") < ($1.line ?? 0, $1.field ?? "") }
        }
        // One against the other only where each is sound: a broken file is missing from the comparison.
        if faults.isEmpty { faults = clashes(mappings) }
        if let faults = Faults(faults) { throw faults }
        return MappingSet(
            all: mappings.map(\.mapping).sorted {
                $0.isSpine != $1.isSpine ? $0.isSpine : $0.source < $1.source
            })
    }

    private static func files(under folder: String) -> [String] {
        let manager = FileManager.default
        let systems = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return systems.flatMap { system in
            ((try? manager.contentsOfDirectory(atPath: "\(folder)/\(system)")) ?? []).sorted()
                .filter { $0.hasSuffix(".json5") }.map { "\(system)/\($0)" }
        }
    }

    private static func clashes(_ mappings: [(mapping: ExtractMapping, file: String)]) -> [Fault] {
        var faults: [Fault] = []
        func report(_ code: String, _ field: String, _ file: String?, _ message: String, _ fix: String) {
            faults.append(
                Fault(.configuration, code: code, message: message, file: file, field: field, fix: fix))
        }
        for (index, (mapping, file)) in mappings.enumerated() {
            let earlier = mappings[..<index]
            if let other = earlier.first(where: { $0.mapping.source == mapping.source }) {
                report(
                    "mapping.source-twice", "source", file,
                    "「\(mapping.source)」は\(other.file)でも使われています。", "別の名前にしてください。")
            }
            if let other = earlier.first(where: { $0.mapping.filePrefix == mapping.filePrefix }) {
                report(
                    "mapping.file-twice", "file", file,
                    "ファイル名の頭「\(mapping.filePrefix)」は\(other.file)でも使われています。", "別の名前にしてください。")
            }
            // A shared space that nobody else has would silently match nothing.
            guard let space = mapping.sharedNumberSpace else { continue }
            let others = mappings.filter { $0.mapping.source != mapping.source }
            if !others.contains(where: { $0.mapping.sharedNumberSpace == space }) {
                let near = nearest(space, in: Set(others.compactMap(\.mapping.sharedNumberSpace)).sorted())
                report(
                    "mapping.number-space", "numberSpace", file, "番号空間「\(space)」を使う抽出がほかにありません。",
                    near.map { "「\($0)」の書き誤りではありませんか。" }
                        ?? "共通の番号でなければ numberSpace を消してください。")
            }
        }
        let spines = mappings.filter(\.mapping.isSpine)
        if spines.count != 1 {
            report(
                "mapping.spine", "spine", spines.last?.file,
                spines.isEmpty
                    ? "名寄せの基準になる住民記録（spine: true）がありません。" : "spine: true の対応付けが\(spines.count)つあります。",
                "住民記録の対応付け1つだけに spine: true と書いてください。")
        }
        return faults
    }
}
