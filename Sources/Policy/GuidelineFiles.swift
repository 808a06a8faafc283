package import Domain
import Foundation

/// The files of a guideline that policy reads: names sorted by bytes, contents as read.
package struct GuidelineFiles: Sendable {
    struct File: Sendable {
        /// Below the guideline's folder, such as `policies/night.json5`.
        let name: String
        /// Where it is told of in a fault.
        let path: String
        let bytes: [UInt8]
    }
    /// The parts of `Guidelines/` that decide; flag rules and models have their own readers.
    package static let parts = ["items", "purposes", "roles", "policies", "audit", "log-in"]
    /// Without them everything is decided all the same: the trail is not analysed, and every role needs a second factor.
    private static let dispensable: Set = ["audit", "log-in"]

    private(set) var files: [File] = []

    /// Reads every file of every part of a folder.
    ///
    /// A file of another kind is refused: a forbid under a name that is passed over would silently not forbid.
    package init(folder: String) throws(Faults) {
        var faults: [Fault] = []
        for part in Self.parts {
            let path = "\(folder)/\(part)"
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                if Self.dispensable.contains(part) { continue }
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

    /// Takes them back from `canonicalBytes`; `nil` where the bytes are none.
    package init?(canonicalBytes: [UInt8]) {
        var rest = canonicalBytes[...]
        func part() -> [UInt8]? {
            guard rest.count >= 8 else { return nil }
            let length = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(8)
            guard length <= UInt64(rest.count) else { return nil }
            defer { rest = rest.dropFirst(Int(length)) }
            return Array(rest.prefix(Int(length)))
        }
        while !rest.isEmpty {
            guard let name = part(), let bytes = part(), let text = String(validating: name, as: UTF8.self)
            else {
                return nil
            }
            files.append(File(name: text, path: "Guidelines/\(text)", bytes: bytes))
        }
    }

    /// Names and contents with their lengths before them, so that no two guidelines have the same bytes.
    package var canonicalBytes: [UInt8] {
        files.reduce(into: []) { bytes, file in
            for part in [Array(file.name.utf8), file.bytes] {
                withUnsafeBytes(of: UInt64(part.count).bigEndian) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: part)
            }
        }
    }

    func files(in part: String) -> [File] { files.filter { $0.name.hasPrefix(part + "/") } }
}
