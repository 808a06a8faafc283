import Domain
import Foundation

/// The files of a guideline that policy reads, as they lie in the folder: names sorted by bytes, contents as read.
struct GuidelineFolder {
    struct File {
        /// Below the guideline's folder, such as `policies/night.json5`.
        let name: String
        let path: String
        let bytes: [UInt8]
    }
    /// The parts of `Guidelines/` that decide; flag rules and models have their own readers.
    static let parts = ["items", "purposes", "roles", "policies"]

    private(set) var files: [File] = []

    /// Reads every file of every part.
    ///
    /// A file of another kind is refused: a forbid under a name that is passed over would silently not forbid.
    init(_ folder: String) throws(Faults) {
        var faults: [Fault] = []
        for part in Self.parts {
            let path = "\(folder)/\(part)"
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                faults.append(
                    Fault(
                        .configuration, code: "guideline.folder", message: "ガイドラインのフォルダーがありません。", file: path,
                        fix: "フォルダー「\(part)」を置いてください。"))
                continue
            }
            for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                let file = "\(path)/\(name)"
                guard name.hasSuffix(".json5") else {
                    faults.append(
                        Fault(
                            .configuration, code: "guideline.stray-file",
                            message: "ガイドラインとして読めない名前のファイルがあります。", file: file,
                            fix: "名前の終わりを「.json5」にするか、ほかの場所に移してください。"))
                    continue
                }
                guard let data = FileManager.default.contents(atPath: file) else {
                    faults.append(
                        Fault(
                            .configuration, code: "guideline.unreadable", message: "ファイルを読めません。", file: file,
                            fix: "ファイルを読む権限があるかを確かめてください。"))
                    continue
                }
                files.append(File(name: "\(part)/\(name)", path: file, bytes: [UInt8](data)))
            }
        }
        if let faults = Faults(faults) { throw faults }
    }

    /// Names and contents with their lengths before them, so that no two guidelines have the same bytes.
    var canonicalBytes: [UInt8] {
        files.reduce(into: []) { bytes, file in
            for part in [Array(file.name.utf8), file.bytes] {
                withUnsafeBytes(of: UInt64(part.count).bigEndian) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: part)
            }
        }
    }

    func files(in part: String) -> [File] { files.filter { $0.name.hasPrefix(part + "/") } }
}
