import Foundation
import Testing

extension CityWorkspace {
    /// Rows of `service.sqlite`, or of a file of the run in service (`facts.sqlite`, `vault.sqlite`); cells joined by `|`.
    func rows(_ sql: String, in file: String = "") throws -> [String] {
        let script = """
            import sqlite3,sys
            s=sqlite3.connect(sys.argv[1]+'/service.sqlite')
            f=s.execute('SELECT folder FROM publication p JOIN current_publication c ON c.sequence=p.sequence').fetchone()
            d=sqlite3.connect(sys.argv[1]+'/runs/'+f[0]+'/'+sys.argv[3]) if sys.argv[3] else s
            for r in d.execute(sys.argv[2]): print('|'.join(str(c) for c in r))
            """
        return try Program.python(script, [path, sql, file]).split(separator: "\n").map(String.init)
    }

    /// Changes a database of the workspace beside the program.
    func sql(_ text: String, in file: String) throws {
        let script =
            "import sqlite3,sys\nwith sqlite3.connect(sys.argv[1]) as file: file.execute(sys.argv[2])"
        _ = try Program.python(script, ["\(path)/\(file)", text])
    }

    /// The open cases, from the database itself: nothing but ids.
    func caseIDs() throws -> [String] { try rows("SELECT id FROM cases ORDER BY id") }

    /// The items of which the run in service holds any fact.
    func storedItems() throws -> Set<String> {
        Set(try rows("SELECT DISTINCT item FROM part", in: "facts.sqlite"))
    }
}

extension Program {
    /// What a script of python3 prints.
    static func python(_ script: String, _ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script] + words
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3")
        return text
    }
}
