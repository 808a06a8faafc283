package import Domain
internal import Foundation

/// The mappings of all extracts a city delivers.
package struct MappingSet: Sendable {
    /// The spine first, then by source id.
    package let all: [ExtractMapping]

    package subscript(source: SourceID) -> ExtractMapping? { all.first { $0.source == source } }

    /// The folder under `Mappings` whose files wait for answers and are read by no night.
    package static let drafts = "drafts"

    /// Reads every `<city system>/<extract>.json5` under `folder` and checks it against the catalogue; drafts are passed over.
    ///
    /// - Parameter draft: one draft's name, to be read as if it were adopted.
    /// - Throws: all `Faults` found in all files, in the order of files and lines.
    package static func load(
        folder: String, catalogue: Catalogue, with draft: String? = nil
    ) throws(Faults) -> MappingSet {
        var faults: [Fault] = []
        var mappings: [ExtractMapping] = []
        for name in files(under: folder) + (draft.map { ["\(drafts)/\($0).json5"] } ?? []) {
            do throws(Faults) {
                mappings.append(try MappingAside.read(name, in: folder, catalogue))
            } catch {
                faults += name.hasPrefix("\(drafts)/") ? error.all : OpenQuestion.gathered(error.all)
            }
        }
        // One against the other only where each is sound: a broken file is missing from the comparison.
        if faults.isEmpty { faults = clashes(mappings) }
        if let faults = Faults(faults) { throw faults }
        let (ordered, rest) = inOrder(mappings)
        if let stuck = rest.first {
            let fault = Fault(
                .configuration, code: "mapping.reference", message: "抽出どうしが、互いの番号で点検し合っています。",
                file: stuck.path, field: "checks", fix: "どちらか一方の in を消してください。")
            if let faults = Faults([fault]) { throw faults }
        }
        return MappingSet(all: ordered)
    }

    /// Each mapping behind those it refers to, else the spine first, then by source id; the rest are those that refer to each
    /// other, to one that is not there, or to one of the rest.
    private static func inOrder(
        _ mappings: [ExtractMapping]
    ) -> (ordered: [ExtractMapping], rest: [ExtractMapping]) {
        var ordered: [ExtractMapping] = []
        var waiting = mappings.sorted {
            $0.isSpine != $1.isSpine ? $0.isSpine : $0.source < $1.source
        }
        var read: Set<SourceID> = []
        while let next = waiting.firstIndex(where: { $0.references.isSubset(of: read) }) {
            read.insert(waiting[next].source)
            ordered.append(waiting.remove(at: next))
        }
        return (ordered, waiting)
    }

    /// The mappings under `folder` that are sound each by itself, in the order of a night, and what is wrong with the others.
    ///
    /// For reading only: what broken mappings would say is missing.
    package static func readable(
        folder: String, catalogue: Catalogue
    ) -> (set: MappingSet, broken: [MappingAside]) {
        var (mappings, broken) = ([ExtractMapping](), [MappingAside]())
        for name in files(under: folder) {
            do throws(Faults) {
                mappings.append(try MappingAside.read(name, in: folder, catalogue))
            } catch {
                broken.append(MappingAside(name, in: folder, error.all))
            }
        }
        let (ordered, rest) = inOrder(mappings)
        return (MappingSet(all: ordered + rest), broken)
    }

    /// The drafts that wait under `folder`, each with its questions and faults.
    package static func waiting(folder: String, catalogue: Catalogue) -> [MappingAside] {
        names(in: "\(folder)/\(drafts)").map { name in
            do throws(Faults) {
                _ = try MappingAside.read("\(drafts)/\(name)", in: folder, catalogue)
                return MappingAside("\(drafts)/\(name)", in: folder, [])
            } catch {
                return MappingAside("\(drafts)/\(name)", in: folder, error.all)
            }
        }
    }

    private static func files(under folder: String) -> [String] {
        let systems = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return systems.filter { $0 != drafts }.flatMap { system in
            names(in: "\(folder)/\(system)").map { "\(system)/\($0)" }
        }
    }

    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            .filter { $0.hasSuffix(".json5") }
    }

    private static func clashes(_ mappings: [ExtractMapping]) -> [Fault] {
        var faults: [Fault] = []
        func report(_ code: String, _ field: String, _ file: String?, _ message: String, _ fix: String) {
            faults.append(
                Fault(.configuration, code: code, message: message, file: file, field: field, fix: fix))
        }
        for (index, mapping) in mappings.enumerated() {
            let earlier = mappings[..<index]
            if let other = earlier.first(where: { $0.source == mapping.source }) {
                report(
                    "mapping.source-twice", "source", mapping.path,
                    "「\(mapping.source)」は\(other.path)でも使われています。", "別の名前にしてください。")
            }
            if let other = earlier.first(where: { $0.filePrefix == mapping.filePrefix }) {
                report(
                    "mapping.file-twice", "file", mapping.path,
                    "ファイル名の頭「\(mapping.filePrefix)」は\(other.path)でも使われています。", "別の名前にしてください。")
            }
            for source in mapping.references.sorted()
            where !mappings.contains(where: { $0.source == source && $0.hasNumbers }) {
                let near = nearest(source.rawValue, in: mappings.filter(\.hasNumbers).map(\.source.rawValue))
                report(
                    "mapping.reference", "checks", mapping.path, "番号のある抽出「\(source)」がありません。",
                    near.map { "「\($0)」の書き誤りではありませんか。" } ?? "in を消してください。")
            }
            // A shared space that nobody else has would silently match nothing.
            guard let space = mapping.sharedNumberSpace else { continue }
            let others = mappings.filter { $0.source != mapping.source }
            if !others.contains(where: { $0.sharedNumberSpace == space }) {
                let near = nearest(space, in: Set(others.compactMap(\.sharedNumberSpace)).sorted())
                report(
                    "mapping.number-space", "numberSpace", mapping.path, "番号空間「\(space)」を使う抽出がほかにありません。",
                    near.map { "「\($0)」の書き誤りではありませんか。" }
                        ?? "共通の番号でなければ numberSpace を消してください。")
            }
        }
        let spines = mappings.filter(\.isSpine)
        if spines.count != 1 {
            report(
                "mapping.spine", "spine", spines.last?.path,
                spines.isEmpty
                    ? "名寄せの基準になる住民記録（spine: true）がありません。" : "spine: true の対応付けが\(spines.count)つあります。",
                "住民記録の対応付け1つだけに spine: true と書いてください。")
        }
        return faults
    }
}
