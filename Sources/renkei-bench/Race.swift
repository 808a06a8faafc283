import Domain
import Extracts
import Foundation
import SampleCity

/// One register read by renkei and by programs that others read it with, in CPU seconds (user and system) of the same run.
struct Race: Encodable {
    struct Entry: Encodable {
        let name: String
        /// The best of three runs; `nil` where the program is not there.
        let cpuSeconds: Double?
    }

    let bytes: Int
    let rows: Int
    private(set) var entries: [Entry] = []

    /// The register, `bytes` long at least, of an invented city in `folder`.
    init(bytes wanted: Int, folder: String, seed: UInt64, asOf: Day) throws {
        // A child stands for some 2.2 rows of 210 bytes.
        let city = BenchCity(folder: folder + "/race", children: wanted / 460, seed: seed)
        _ = try SampleCity(CityParameters(children: city.children, seed: seed, asOf: asOf)).write(
            to: city.folder)
        let path = city.path("jumin")
        bytes = try city.bytes("jumin")
        rows = try Self.rows(of: city) { _ in }
        add("renkei") { _ = try? Self.rows(of: city) { _ in } }
        add("renkei, a string of every field") { _ = try? Self.rows(of: city) { $0.fields } }
        try addPeers(path)
    }

    var text: String {
        let ours = entries.first?.cpuSeconds ?? 0
        var lines = [
            "register: \(bytes) bytes in CP932, \(rows) rows; CPU seconds, and times the first line's"
        ]
        for entry in entries {
            let name = entry.name + String(repeating: " ", count: max(1, 44 - entry.name.count))
            lines.append(
                name
                    + (entry.cpuSeconds.map { String(format: "%8.3f %8.2f", $0, $0 / ours) }
                        ?? " not installed (make bench installs it)"))
        }
        return lines.joined(separator: "\n")
    }

    /// Reads every row as `use` does; how many there are.
    private static func rows<Used>(of city: BenchCity, use: (Row) -> Used) throws -> Int {
        let reader = try city.reader("jumin", ExtractFormat())
        var rows = 0
        while let line = try reader.next() {
            guard case .row(let row) = line else { continue }
            withExtendedLifetime(use(row)) { rows += 1 }
        }
        return rows
    }

    private mutating func addPeers(_ path: String) throws {
        let python = ".build/peers/bin/python3"
        let scripts = [
            (
                "python3 csv",
                """
                import csv, sys, time
                start = time.process_time()
                for row in csv.reader(open(sys.argv[1], encoding="cp932", newline="")): pass
                print(time.process_time() - start)
                """
            ),
            (
                "pyarrow.csv",
                """
                import sys, time
                import pyarrow.csv as csv
                start = time.process_time()
                csv.read_csv(sys.argv[1], read_options=csv.ReadOptions(encoding="cp932"))
                print(time.process_time() - start)
                """
            ),
        ]
        for (name, script) in scripts {
            let times = (0..<3).map { _ in Self.output(python, ["-c", script, path]).flatMap(Double.init) }
            entries.append(Entry(name: name, cpuSeconds: times.compactMap(\.self).min()))
        }
        let before = Self.cpuSeconds(Self.children)
        _ = Self.output("/usr/bin/iconv", ["-f", "CP932", "-t", "UTF-8", path], keepsOutput: false)
        entries.append(
            Entry(name: "iconv, decoded only", cpuSeconds: Self.cpuSeconds(Self.children) - before))
    }

    private static let myself = __rusage_who_t(RUSAGE_SELF.rawValue)
    private static let children = __rusage_who_t(RUSAGE_CHILDREN.rawValue)

    private mutating func add(_ name: String, _ body: () -> Void) {
        var best = Double.infinity
        for _ in 0..<3 {
            let before = Self.cpuSeconds(Self.myself)
            body()
            best = min(best, Self.cpuSeconds(Self.myself) - before)
        }
        entries.append(Entry(name: name, cpuSeconds: best))
    }

    private static func cpuSeconds(_ who: __rusage_who_t) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    /// What a program writes, trimmed; `nil` where it is not there or fails.
    private static func output(_ program: String, _ arguments: [String], keepsOutput: Bool = true) -> String?
    {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        if keepsOutput {
            process.standardOutput = pipe
        } else {
            process.standardOutput = FileHandle.nullDevice
        }
        process.standardError = FileHandle.nullDevice
        guard FileManager.default.isExecutableFile(atPath: program), (try? process.run()) != nil else {
            return nil
        }
        try? pipe.fileHandleForWriting.close()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
