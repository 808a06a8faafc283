import AdminAPI
import Domain
import Foundation
import HTTP
import Nightly
import Pages
import Policy
import Store

/// `renkei serve`: pages and API on this machine.
enum ServeCommand {
    static let defaultPort = 8420
    /// Requests under way at a time: what they add to the trail is committed together, and each waits for the disk.
    private static let workers = 16
    static let defaultURL = "http://127.0.0.1:\(defaultPort)/"

    static let usage = Usage(
        "serve", "ケースの一覧を画面とAPIで示します",
        options: [
            .workspace, Option("port", "N", "この機械の中だけのTCPポート（省略時は\(defaultPort)）"),
            Option("socket", "PATH", "TCPのかわりに使うUnixソケット"),
            Option("behind-tls", nil, "前にTLSのある代理サーバーがあるとき。クッキーをHTTPSだけにします"),
        ],
        discussion: """
            ループバックかUnixソケットだけで待ち受けます。ほかの機械からは、TLSと流量制限のある nginx を前に置いてください。
            個人の情報の表示は、すべて監査記録に残ります。止めるには Ctrl-C を押します。
            監査記録の検査点（署名つきの控え）を、始めたとき・1時間ごと・止めたときに、データベースの外のフォルダに書きます（docs/audit.md）。
            承認された決まり（renkei policy approve）は、動いている間も1秒ほどで効きます。読めないときは知らせて、前の決まりのまま続けます。

            例: renkei serve --workspace /srv/renkei --port 8420
            """)

    private struct Result: Encodable {
        let outcome = "serving"
        let url: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let settings = try NightSettings.load(path: workspace.settings)
        let store = try workspace.openService()
        try store.requireGuidelineInTrail()
        let inForce = try GuidelineInForce.load(workspace, store)
        for notice in inForce.notices { console.note(notice) }
        let watch = GuidelineWatch(store, beginningWith: inForce.guideline)
        try store.recordGuideline(revision: watch.guideline.revision, at: Date())
        let checkpoints = CheckpointFolder(workspace, settings, of: store)
        let keeper = CheckpointKeeper(store, checkpoints)
        for problem in try keeper.state().alarms { console.note(problem) }
        let cookie: SessionCookie = arguments.has("behind-tls") ? .secure : .plain
        let note: @Sendable (String) -> Void = { console.note($0) }
        let service = AdminService(
            store: store, guideline: { watch.guideline }, cookie: cookie,
            needsSecond: settings.cases?.twoPersons ?? true,
            reviewNeedsSecond: settings.review?.twoPersons ?? false,
            rejected: { session, at in
                try Quarantine.open(
                    workspace, in: store, under: { GuidelineInForce(watched: watch) }, run: nil,
                    as: .loggedIn(session), at: at)
            },
            approveGuideline: { session, revision, reason, password, at in
                _ = try GuidelineProposal(
                    workspace, store, user: session.user, password: password, at: at
                ).approve(revision, reason: reason) {
                    _ = try PolicyCases(of: workspace).require($0, on: Day(inJapanAt: at))
                }
            },
            rules: ServedRules(workspace: workspace, store: store, watch: watch).opened,
            checkpoints: { (try checkpoints.kept(), checkpoints.isChosen) }, clock: { Date() }, report: note)
        let port = try arguments.number("port", in: 0...65_535) ?? defaultPort
        let address: ServerAddress =
            arguments.values["socket"].map { .unix(path: $0) } ?? .loopback(port: UInt16(port))
        allowConnections()
        var limits = Limits()
        limits.bodies = service.bodies
        let server: Server
        do {
            server = try Server(
                address: address, limits: limits, workers: workers, refusal: { service.refuse($0) },
                tooLarge: { service.refuse(tooLarge: $0) },
                handler: { service.respond(to: $0) })
        } catch {
            throw Fault(
                .inputOutput, code: "serve.address", message: "待ち受けを始められません（\(address)）。",
                fix: "ほかの renkei serve が動いていないか確かめるか、別の「--port」を指定してください。")
        }
        let url = server.port.map { "http://127.0.0.1:\($0)/" } ?? (arguments.values["socket"] ?? "")
        try console.result(Result(url: url))
        console.say("\(url) で待ち受けています。止めるには Ctrl-C を押してください。\n\(SampleLogins.hint(in: workspace))")
        let signals = stop(server, on: [SIGINT, SIGTERM])
        let timers = [
            everySecond { look(with: watch, store, keeper, note) },
            // Whoever lists first makes what could not be made ahead, and is told why.
            everySecond { _ = try? store.prepareQueue() },
        ]
        defer {
            signals.forEach { $0.cancel() }
            timers.forEach { $0.cancel() }
        }
        server.run()
        keep(note) { try keeper.keep(at: Date()) }
    }

    /// Signs the audit trail; that the place outside the database cannot be written is told, and stops nothing.
    private static func keep(_ note: (String) -> Void, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            note((error as? Fault)?.description ?? "監査記録の検査点を控えられませんでした。")
        }
    }

    /// Looks for another guideline in force now and then, and signs the trail at each new hour; what it finds is told on standard error.
    private static func look(
        with watch: GuidelineWatch, _ store: ServiceStore, _ keeper: CheckpointKeeper,
        _ note: (String) -> Void
    ) {
        do {
            let look = try watch.look {
                try store.recordGuideline(revision: $0.revision, at: Date())
            }
            switch look {
            case .same: break
            case .adopted(let guideline):
                note("決まりが変わりました（版 \(guideline.revision.prefix(12))）。次の操作から効きます。")
            case .refused(let revision):
                note(
                    "承認された決まり（版 \(revision.prefix(12))）を読めないか、承認が監査記録にないため、前の決まりのまま続けます。「renkei audit verify」で確かめてください。"
                )
            }
        } catch {
            note("決まりの変更を確かめられないか、監査記録に残せないため、前の決まりのまま続けます。")
        }
        keep(note) { try keeper.keepHourly(at: Date()) }
    }

    /// Beside everything else, one after the other: what takes longer than a second leaves seconds out.
    private static func everySecond(_ body: @escaping @Sendable () -> Void) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "serve.each-second"))
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler(handler: body)
        timer.resume()
        return timer
    }

    /// A descriptor for each connection: the usual soft limit of 1,024 is raised as far as the system lets.
    private static func allowConnections() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 8192))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func stop(_ server: Server, on signals: [Int32]) -> [any DispatchSourceSignal] {
        signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { server.stop() }
            source.resume()
            return source
        }
    }
}
