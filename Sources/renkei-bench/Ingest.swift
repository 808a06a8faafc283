import Domain
import Foundation
import Nightly
import Policy

/// The whole ingest of a register: read, decode, split, map, normalise, check, store; the stage `read` of a night.
struct Ingest: Codable {
    let rows: Int
    let threads: Int
    let cpuSeconds: Double
    let seconds: Double
    /// Of the process, when the stage ends.
    let peakMebibytes: Int

    /// Measures in a process of its own, whose memory nothing else has used.
    ///
    /// - Parameter city: a folder with the extracts of a city; its register and the protection measures are taken.
    static func measure(_ city: BenchCity, threads: Int) throws -> Ingest {
        let root = city.folder + "-ingest"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let only = city.folder + "-register"
        try FileManager.default.createDirectory(
            atPath: only + "/inbox", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: only) }
        for prefix in ["jumin", "shien"] {
            let path = city.path(prefix)
            try FileManager.default.copyItem(
                atPath: path, toPath: only + "/inbox/" + URL(filePath: path).lastPathComponent)
        }
        let workspace = try Workspace.initialise(
            root, templates: ".", municipality: "測定市", asOf: city.asOf, inboxFrom: only)
        try SampleUsers.settle(in: workspace, by: .system("bench"), at: Date()) { "測定の合言葉 夜明けの \($0) 一二三" }
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = ["--ingest", root, "--threads", String(threads)]
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode(Ingest.self, from: output)
    }

    /// Runs the night of a workspace up to the end of its stage `read`, prints the figures and ends the process.
    static func run(workspace root: String, threads: Int) throws {
        var began: (cpu: Double, at: ContinuousClock.Instant) = (0, .now)
        let night = try Night(
            workspace: Workspace.open(root), asOf: nil, threads: threads, program: "bench", now: { Date() }
        ) { event in
            switch event {
            case .began(.read): began = (processorSeconds(RUSAGE_SELF), .now)
            case .finished(.read, _, let counts):
                let figures = Ingest(
                    rows: counts.first?.value ?? 0, threads: threads,
                    cpuSeconds: processorSeconds(RUSAGE_SELF) - began.cpu,
                    seconds: began.at.duration(to: .now) / .seconds(1),
                    peakMebibytes: renkei_bench.peakMebibytes())
                FileHandle.standardOutput.write((try? JSONEncoder().encode(figures)) ?? Data())
                exit(0)
            default: break
            }
        }
        _ = try night.run()
    }

    var text: String {
        String(
            format: "whole ingest, %d thread%@: %d rows, CPU %.3f s, %.3f s, peak %d MiB", threads,
            threads == 1 ? "" : "s", rows, cpuSeconds, seconds, peakMebibytes)
    }
}

/// User and system time so far.
func processorSeconds(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
}
