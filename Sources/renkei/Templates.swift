import Domain
import Foundation

/// The mappings and guidelines that renkei is shipped with.
enum Templates {
    /// The folder with the shipped mappings and guidelines: given, above the executable, or installed.
    static func folder(_ given: String?) throws(Fault) -> String {
        let files = FileManager.default
        var candidates = [given].compactMap(\.self)
        if given == nil {
            var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                candidates.append(folder.path)
            }
            candidates.append("/usr/share/renkei")
        }
        for folder in candidates
        where files.fileExists(atPath: folder + "/Mappings")
            && files.fileExists(atPath: folder + "/Guidelines")
        {
            return folder
        }
        throw Fault(
            .configuration, code: "templates.missing", message: "もとになる Mappings と Guidelines が見つかりません。",
            fix: "この2つのあるフォルダを、init なら「--templates」で、mapping なら「--workspace」で作業フォルダとして指定してください。")
    }
}
