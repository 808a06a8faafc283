import Domain

/// How the process ends; the numbers follow sysexits(3) and are documented in `docs/cli.md`.
enum ExitCode: Int32, Sendable {
    /// Done, or nothing to do.
    case done = 0
    case usage = 64
    /// An input or a result failed a gate; the last publication stays in service.
    case gate = 65
    case notFound = 66
    /// A defect of renkei.
    case `internal` = 70
    case inputOutput = 74
    /// Another run is under way.
    case busy = 75
    case denied = 77
    /// Mapping, guideline or settings rejected; nothing was started.
    case configuration = 78

    init(_ kind: Fault.Kind) {
        self =
            switch kind {
            case .configuration: .configuration
            case .gate: .gate
            case .usage, .conflict: .usage
            case .busy: .busy
            case .inputOutput: .inputOutput
            case .notFound: .notFound
            case .denied: .denied
            case .internal: .internal
            }
    }
}
