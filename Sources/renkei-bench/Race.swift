import Domain
import Extracts
import Foundation
import SampleCity

/// One register read by renkei and by programs that others read it with, in CPU seconds (user and system) of the same run.
struct Race: Encodable {
    struct Entry: Encodable {
        let name: String
        /// The best of the rounds; `nil` where the program is not there.
        let cpuSeconds: Double?
    }

    private static let rounds = 5

    let bytes: Int
    let rows: Int
    let entries: [Entry]
    /// On one thread and on two.
    let ingests: [Ingest]

    /// The register, about `bytes` long, of an invented city in `folder`.
    init(bytes wanted: Int, folder: String, seed: UInt64, asOf: Day) throws {
        let city = try Self.city(bytes: wanted, folder: folder, seed: seed, asOf: asOf)
        bytes = try city.bytes("jumin")
        rows = try Self.rows(of: city) { _ in }
        let path = city.path("jumin")
        let contestants: [(name: String, run: () throws -> Double?)] = [
            ("renkei", { try Self.seconds { _ = try Self.rows(of: city) { _ in } } }),
            (
                "renkei, a string of every field",
                { try Self.seconds { _ = try Self.rows(of: city) { $0.fields } } }
            ),
            ("python3 csv", { Self.seconds(python: Self.csv, path) }),
            ("pyarrow.csv, columns of text", { Self.seconds(python: Self.arrow, path) }),
            ("iconv, decoded only", { Self.secondsOfIconv(path) }),
        ]
        // Round by round, so that a busy machine disturbs all alike.
        var best = [Double?](repeating: nil, count: contestants.count)
        for _ in 0..<Self.rounds {
            for (index, contestant) in contestants.enumerated() {
                guard let seconds = try contestant.run() else { continue }
                best[index] = min(best[index] ?? seconds, seconds)
            }
        }
        entries = zip(contestants, best).map { Entry(name: $0.name, cpuSeconds: $1) }
        ingests = try [1, 2].map { try Ingest.measure(city, threads: $0) }
    }

    /// An invented city whose register is about `bytes` long.
    static func city(bytes: Int, folder: String, seed: UInt64, asOf: Day) throws -> BenchCity {
        // A child stands for some 2.2 rows of 210 bytes.
        let city = BenchCity(folder: folder + "/race", children: bytes / 460, seed: seed)
        _ = try SampleCity(CityParameters(children: city.children, seed: seed, asOf: asOf)).write(
            to: city.folder)
        return city
    }

    var text: String {
        let ours = entries.first?.cpuSeconds ?? 0
        let head = "register: \(bytes) bytes in CP932, \(rows) rows; CPU seconds, and times the first line's"
        let race = entries.reduce(head) { text, entry in
            let cost =
                entry.cpuSeconds.map { String(format: "%8.3f %8.2f", $0, $0 / ours) }
                ?? " not installed (make bench does that)"
            return text + "\n" + entry.name.padding(toLength: 44, withPad: " ", startingAt: 0) + cost
        }
        return ([race] + ingests.map(\.text)).joined(separator: "\n")
    }
}

// MARK: - Contestants

extension Race {
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

    private static let csv = """
        import csv, sys, time
        start = time.process_time()
        for row in csv.reader(open(sys.argv[1], encoding="cp932", newline="")): pass
        print(time.process_time() - start)
        """
    private static let arrow = """
        import csv, sys, time
        import pyarrow, pyarrow.csv
        names = next(csv.reader(open(sys.argv[1], encoding="cp932")))
        start = time.process_time()
        pyarrow.csv.read_csv(
            sys.argv[1], read_options=pyarrow.csv.ReadOptions(encoding="cp932"),
            convert_options=pyarrow.csv.ConvertOptions(column_types={name: pyarrow.string() for name in names}))
        print(time.process_time() - start)
        """

    private static func seconds(python script: String, _ path: String) -> Double? {
        let pipe = Pipe()
        guard run(".build/peers/bin/python3", ["-c", script, path], output: pipe) else { return nil }
        let output = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        return Double(String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func secondsOfIconv(_ path: String) -> Double? {
        let before = processorSeconds(RUSAGE_CHILDREN)
        let arguments = ["-f", "CP932", "-t", "UTF-8", path]
        guard run("/usr/bin/iconv", arguments, output: FileHandle.nullDevice) else { return nil }
        return processorSeconds(RUSAGE_CHILDREN) - before
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let before = processorSeconds(RUSAGE_SELF)
        try body()
        return processorSeconds(RUSAGE_SELF) - before
    }

    /// Whether the program is there and ends well; `output` must hold all it writes.
    private static func run(_ program: String, _ arguments: [String], output: Any) -> Bool {
        guard FileManager.default.isExecutableFile(atPath: program) else { return false }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
