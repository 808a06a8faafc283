import Foundation
import TestSupport
import Testing

/// A city with planted families of every form of 支援措置, and the scripts of `Tests/Crawl` that go through it.
struct CrawledCity: ~Copyable {
    let city: CityWorkspace
    let cityFolder: String
    let logins: [(user: String, password: String, role: String)]

    /// What users of a role that wants a range are bound to: there is somebody protected in each.
    static let scopes = [
        "school-management": "school:若葉野市立朝露町小学校", "public-health-nurse": "age:0-6",
        "department-staff": "department:保育課,department:学務課",
    ]

    /// Roles of people, as the checkout's guideline has them; or those alone that want a range.
    static func roles(ofRange: Bool = false) throws -> [String] {
        let folder = Program.checkout + "/Guidelines/roles"
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { name in
            try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
                .filter { !$0.contains("isSystem: true") && (!ofRange || $0.contains("scope: \"")) }
                .compactMap { $0.firstMatch(of: /\bid: "([a-z-]+)"/).map { String($0.1) } }
        }
    }

    /// - Parameters:
    ///   - isEnded: every measure was ended, so that all may be seen.
    ///   - change: rewrites the workspace before its first night.
    static func made(
        roles: [String], isEnded: Bool = false, _ change: (String) throws -> Void = { _ in }
    ) throws -> CrawledCity {
        let made = try ScratchFolder()
        let cityFolder = made.file("city")
        let workspace = made.file("ws")
        func program(_ words: [String], input: String = "") throws {
            let ending = try Program.run(words, input: input)
            try #require(ending.code == 0, "\(words): \(ending.errors)")
        }
        try program(["sample", cityFolder, "--children", "80", "--seed", "3"])
        try script("city", [isEnded ? "ended" : "plant", cityFolder + "/inbox"])
        // So that the pages of programmes have something to say of everybody.
        try FileManager.default.copyItem(
            atPath: Program.checkout + "/samples/wakabano/programmes.json",
            toPath: cityFolder + "/programmes.json")
        try program(["init", workspace, "--sample", cityFolder, "--templates", Program.checkout])
        try change(workspace)
        try program(["run", "--workspace", workspace])
        let logins = roles.map { ("u-\($0)", "架空の合言葉・若葉野の\($0)", $0) }
        for (user, password, role) in logins {
            let range = scopes[role].map { ["--scope", $0] } ?? []
            try program(
                ["user", "add", user, "--role", role, "--workspace", workspace] + range,
                input: password + "\n")
        }
        return CrawledCity(city: CityWorkspace(in: made), cityFolder: cityFolder, logins: logins)
    }

    /// Runs a script of `Tests/Crawl`; its answer is one JSON object.
    @discardableResult
    static func script(_ name: String, _ words: [String]) throws -> [String: Any] {
        let scratch = try ScratchFolder()
        try scratch.write([], to: "out")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", "\(Program.checkout)/Tests/Crawl/\(name).py"] + words
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: scratch.file("out")))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(name).py failed")
        let data = try Data(contentsOf: URL(filePath: scratch.file("out")))
        return data.isEmpty
            ? [:] : try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func folder(_ name: String) -> String { city.scratch.file(name) }

    /// Serves the workspace and lets each user's browser go everywhere, or along the links alone.
    ///
    /// - Returns: what each browser tells, by role.
    func browse(_ words: String...) throws -> [String: [String: Any]] {
        let serving = try Program.start(["serve", "--workspace", city.path, "--port", "0", "--json"])
        let program = serving.process.processIdentifier
        defer { kill(program, SIGTERM) }
        let address = try serving.url()
        let ids = try city.rows("SELECT id FROM cases UNION SELECT person FROM cases")
        try Data(ids.joined(separator: "\n").utf8).write(to: URL(filePath: folder("ids.txt")))
        let told = try Self.script(
            "browse", [address, try listLogins(), folder("ids.txt"), folder("answers")] + words)
        kill(program, SIGTERM)
        let ending = try Program.wait(for: serving)
        try Data((ending.output + ending.errors).utf8).write(to: URL(filePath: folder("answers/serve.log")))
        return told.compactMapValues { $0 as? [String: Any] }
    }

    /// A page of somebody or something that a browser of the role was answered with, and that holds the words.
    func isPage(_ path: String, of role: String, holding words: String) throws -> Bool {
        try String(contentsOfFile: folder("answers/\(role).asked"), encoding: .utf8).split(separator: "\n")
            .contains { line in
                let parts = line.split(separator: " ")
                guard parts.count > 3, parts[0] == "GET", parts[1].hasPrefix(path), parts[2] == "200" else {
                    return false
                }
                let body = try Data(contentsOf: URL(filePath: folder("answers/bodies/\(parts[3])")))
                return body.range(of: Data(words.utf8)) != nil
            }
    }

    private func listLogins() throws -> String {
        let lines = logins.map { "\($0.user) \($0.password) \($0.role)\n" }.joined()
        try Data(lines.utf8).write(to: URL(filePath: folder("logins.txt")))
        return folder("logins.txt")
    }

    /// Types every command.
    func type() throws -> [String: Any] {
        try Self.script(
            "commands",
            [Program.path, city.path, folder("commands"), Program.checkout, cityFolder, try listLogins()]
                + (caseCount(1) >= 1000 ? ["all"] : []))
    }
}

/// What a search of files found of the planted families.
struct Search {
    let hits: [[String: String]]
    /// Of the family whose measure was ended, by kind.
    let ofReleased: [String: Int]
    let bytes: Int
    let needles: Int

    init(_ paths: [String]) throws {
        let told = try CrawledCity.script("scan", paths)
        hits = try #require(told["hits"] as? [[String: String]])
        ofReleased = try #require(told["released"] as? [String: Int])
        bytes = told["bytes"] as? Int ?? 0
        needles = told["needles"] as? Int ?? 0
    }

    /// Kinds of what was found, by form of the measure.
    var kinds: [String: Set<String>] {
        Dictionary(grouping: hits) { $0["family"] ?? "" }.mapValues { Set($0.compactMap { $0["kind"] }) }
    }
}
