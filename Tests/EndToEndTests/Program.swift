import Foundation
import TestSupport
import Testing

/// How a run of the real program ended.
struct Ending {
    let code: Int32
    let output: String
    let errors: String

    /// The one JSON object that `--json` prints.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }

    /// The codes of the faults told under `--json`.
    var faultCodes: [String] {
        (json["faults"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }

    var publicationHash: String? { (json["summary"] as? [String: Any])?["publicationHash"] as? String }
}

/// The `renkei` binary built beside the tests.
enum Program {
    static let path: String = {
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "renkei").path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue
            {
                return candidate
            }
        }
        return "renkei"
    }()

    /// The checkout, for samples and shipped guidelines.
    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @discardableResult
    static func run(_ words: String..., input: String = "") throws -> Ending { try run(words, input: input) }

    static func run(_ words: [String], input: String = "") throws -> Ending {
        try wait(for: start(words, input: input))
    }

    /// Starts the program with its output in files, so that no pipe can fill up.
    static func start(_ words: [String], input: String = "", shell: String? = nil) throws -> Started {
        let scratch = try ScratchFolder()
        for name in ["out", "err", "in"] {
            try scratch.write(name == "in" ? Array(input.utf8) : [], to: name)
        }
        let process = Process()
        if let shell {
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", "\(shell); exec \"$0\" \"$@\"", path] + words
        } else {
            process.executableURL = URL(filePath: path)
            process.arguments = words
        }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: scratch.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: scratch.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: scratch.file("err")))
        try process.run()
        return Started(process: process, scratch: scratch)
    }

    static func wait(for started: consuming Started) throws -> Ending {
        started.process.waitUntilExit()
        let text = { (name: String) in
            String(decoding: try Data(contentsOf: URL(filePath: name)), as: UTF8.self)
        }
        return Ending(
            code: started.process.terminationStatus, output: try text(started.scratch.file("out")),
            errors: try text(started.scratch.file("err")))
    }
}

/// A program under way.
struct Started: ~Copyable {
    let process: Process
    let scratch: ScratchFolder

    /// Where `serve --json` says that it listens; waits until it does.
    func url() throws -> String {
        for _ in 0..<600 {
            let line = try Data(contentsOf: URL(filePath: scratch.file("out")))
            let told = (try? JSONSerialization.jsonObject(with: line)) as? [String: Any]
            if let url = told?["url"] as? String { return url }
            usleep(100_000)
        }
        throw Silent()
    }

    /// A program that does not say where it listens.
    struct Silent: Error {}
}

/// A workspace on a small invented city, in a folder of its own.
struct CityWorkspace: ~Copyable {
    let scratch: ScratchFolder
    var path: String { scratch.file("ws") }
    var inbox: String { path + "/inbox" }

    /// The city and a workspace with one publication, made once for the whole test run.
    private static let prepared: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "renkei-e2e-\(getpid())").path
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        atexit {
            try? FileManager.default.removeItem(
                at: FileManager.default.temporaryDirectory.appending(path: "renkei-e2e-\(getpid())"))
        }
        for words in [
            ["sample", folder + "/city", "--children", "80", "--seed", "3"],
            ["init", folder + "/fresh", "--sample", folder + "/city", "--templates", Program.checkout],
        ] {
            let ending = try Program.run(words)
            guard ending.code == 0 else { throw Unprepared(errors: ending.errors) }
        }
        try FileManager.default.copyItem(atPath: folder + "/fresh", toPath: folder + "/published")
        let ending = try Program.run("run", "--workspace", folder + "/published")
        guard ending.code == 0 else { throw Unprepared(errors: ending.errors) }
        return folder
    }

    private struct Unprepared: Error {
        let errors: String
    }

    /// - Parameter published: whether a first night has been published in it.
    init(published: Bool) throws {
        let folder = try Self.prepared.get()
        let made = try ScratchFolder()
        try FileManager.default.copyItem(
            atPath: folder + (published ? "/published" : "/fresh"), toPath: made.file("ws"))
        scratch = made
    }

    private init(copying workspace: String) throws {
        let made = try ScratchFolder()
        try FileManager.default.copyItem(atPath: workspace, toPath: made.file("ws"))
        scratch = made
    }

    /// A city of another size, not published yet.
    init(children: Int, seed: UInt64) throws {
        let made = try ScratchFolder()
        for words in [
            ["sample", made.file("city"), "--children", "\(children)", "--seed", "\(seed)"],
            ["init", made.file("ws"), "--sample", made.file("city"), "--templates", Program.checkout],
        ] {
            let ending = try Program.run(words)
            guard ending.code == 0 else { throw Unprepared(errors: ending.errors) }
        }
        scratch = made
    }

    /// What lies in `ws` of a folder.
    init(in made: consuming ScratchFolder) { scratch = made }

    /// The same once more, in another folder.
    func copied() throws -> CityWorkspace { try CityWorkspace(copying: path) }

    /// The files by which the next night compares only what changed.
    func comparisonFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/runs").sorted().map {
            "\(path)/runs/\($0)/comparisons.sealed"
        }.filter(FileManager.default.fileExists(atPath:))
    }

    /// The files by which the next night applies the rules only to households of which something changed.
    func evaluationFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/runs").sorted().map {
            "\(path)/runs/\($0)/evaluations.sealed"
        }.filter(FileManager.default.fileExists(atPath:))
    }

    static func truth() throws -> String { try prepared.get() + "/city/truth.csv" }

    /// Puts what the folder holds in force, by two of the sample's users.
    ///
    /// - Returns: how the proposal ended, where it was refused.
    func adoptGuideline() throws -> Ending {
        // Tests change what the shipped cases ask about.
        try setCases(["center-staff,collect,support,A02,,不許可,,職員は取り込みません"])
        let proposed = try Program.run(
            "policy", "propose", "--user", "officer", "--reason", "試しに変える", "--workspace", path, "--json",
            input: password("officer"))
        guard proposed.code == 0, let revision = proposed.json["revision"] as? String else { return proposed }
        return try Program.run(
            "policy", "approve", revision, "--user", "privacy", "--reason", "試しに変える", "--workspace", path,
            "--json", input: password("privacy"))
    }

    /// Makes these the workspace's own cases of policy.
    func setCases(_ lines: [String]) throws {
        let folder = path + "/Guidelines/cases"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = (["役割,操作,利用目的,項目,場合,答え,義務,わけ"] + lines).joined(separator: "\n") + "\n"
        try text.write(toFile: folder + "/own.csv", atomically: true, encoding: .utf8)
    }

    /// Says that the database was put back from a copy on purpose.
    func acceptRestore() throws {
        let accepted = try Program.run(
            "audit", "accept-restore", "--reason", "控えに戻したため", "--workspace", path)
        try #require(accepted.code == 0, "\(accepted.errors)")
    }

    func run(_ more: String...) throws -> Ending {
        try Program.run(["run", "--workspace", path, "--json"] + more)
    }

    /// The random password of a sample user, as standard input takes it.
    func password(_ user: String) throws -> String {
        let lines = try String(contentsOfFile: path + "/sample-logins.txt", encoding: .utf8).split(
            separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("\(user) ") })
        return String(line.split(separator: " ")[1]) + "\n"
    }

    /// Changes a setting.
    func set(_ old: String, to new: String) throws {
        let text = try String(contentsOfFile: path + "/renkei.json5", encoding: .utf8)
        try text.replacing(old, with: new).write(
            toFile: path + "/renkei.json5", atomically: true, encoding: .utf8)
    }

    func bytes(_ file: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(inbox)/\(file)")) }

    func write(_ bytes: Data, to file: String) throws {
        try bytes.write(to: URL(filePath: "\(inbox)/\(file)"))
    }
}
