internal import Domain
package import Foundation
package import HTTP
internal import Pages
package import Policy
package import Store

/// The admin pages and API: dispatches by the route table, guards, and turns every error into an answer.
///
/// Callable on several threads at once; it keeps no state of its own but that of long work under way.
package final class AdminService: Sendable {
    let routes: [Route]
    private let store: ServiceStore
    private let guideline: @Sendable () -> Guideline
    private let cookie: SessionCookie
    private let table: RouteTable
    private let clock: @Sendable () -> Date
    private let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - guideline: the guideline in force, asked at each request.
    ///   - needsSecond: whether the end of a case waits for another person's approval.
    ///   - reviewNeedsSecond: whether a verdict on a pair of records waits for another person's.
    ///   - rejected: opens the rejected rows of the newest night for who is logged in; `nil`: there are none.
    ///   - approveGuideline: puts a proposed guideline in force; `nil`: the command alone does.
    ///   - rules: the flag rules for people, and how they are tried out; `nil`: there are none.
    ///   - checkpoints: what lies outside the database to hold the trail against.
    ///   - report: takes an English line about a defect, for the technical log; never a personal value.
    package init(
        store: ServiceStore, guideline: @escaping @Sendable () -> Guideline, cookie: SessionCookie,
        needsSecond: Bool = true, reviewNeedsSecond: Bool = false, rejected: OpenRejected? = nil,
        approveGuideline: ApproveGuideline? = nil, rules: OpenRules? = nil,
        checkpoints: @escaping ReadCheckpoints = { ([], false) },
        clock: @escaping @Sendable () -> Date,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.guideline = guideline
        self.cookie = cookie
        self.clock = clock
        self.report = report
        table = RouteTable(
            store: store, cookie: cookie, needsSecond: needsSecond, reviewNeedsSecond: reviewNeedsSecond,
            rejected: rejected, approveGuideline: approveGuideline, rules: rules, checkpoints: checkpoints,
            verifying: LongWork(clock: clock, report: report), trying: LongWork(clock: clock, report: report),
            clock: clock)
        routes = table.all
    }

    package func respond(to request: Request) -> Response { SecurityHeaders.added(to: answer(request)) }

    /// The answer to a request whose body is longer than its path takes, and was not read; on its page for who is logged in.
    package func refuse(tooLarge request: Request) -> Response {
        SecurityHeaders.added(to: answer(request, isTooLarge: true))
    }

    /// Bytes of a body by path, where they are others than everywhere.
    package var bodies: [String: Int] {
        Dictionary(
            routes.compactMap { route in route.medium.most.map { (route.path, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The answer to what the connection layer could not read as a request.
    package func refuse(_ status: Int) -> Response {
        SecurityHeaders.added(to: Problem.malformed(status).json(instance: nil))
    }

    private func answer(_ request: Request, isTooLarge: Bool = false) -> Response {
        var exchange = Exchange(
            request: request, path: [:], session: nil, token: request.cookie(cookie.name),
            now: thisMillisecond,
            guideline: guideline())
        do {
            let (route, path) = try route(for: request)
            exchange.path = path
            if route.isAPI, route.needs != .nothing, let given = MachineToken.given(by: request) {
                exchange.token = nil
                exchange.session = try machine(given, route, at: exchange.now)
            } else if let token = exchange.token {
                exchange.session = try store.session(token: token, at: exchange.now)
            }
            if isTooLarge { throw Problem.fileTooLarge }
            if let elsewhere = try guarded(route, &exchange) { return elsewhere }
            return try route.handle(exchange)
        } catch {
            return refusal(problem(error, request), exchange)
        }
    }

    /// Who asks by a machine's token; a cookie beside it counts for nothing.
    private func machine(_ token: String, _ route: Route, at: Date) throws -> Session {
        let answer = try store.useToken(
            token, for: "\(route.method) \(route.path)", scope: route.tokenScope, at: at)
        switch answer {
        case .welcome(let session): return session
        case .outside: throw Problem.outsideToken
        case .wrong: throw Problem.badToken
        case .wait: throw Problem.tokensWait
        }
    }

    /// As the store keeps times: what has just begun did not begin a moment later.
    private var thisMillisecond: Date {
        Date(timeIntervalSince1970: (clock().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }

    private func route(for request: Request) throws(Problem) -> (Route, path: [String: String]) {
        let method = request.method == "HEAD" ? "GET" : request.method
        let segments = Route.segments(request.path)
        let all = routes.compactMap { route in route.match(segments).map { (route, path: $0) } }
        // A path that is written out is nobody's number.
        let written = all.filter(\.path.isEmpty)
        let fitting = written.isEmpty ? all : written
        guard !fitting.isEmpty else { throw .notFound }
        guard let found = fitting.first(where: { $0.0.method == method }) else {
            throw .methodNotAllowed(
                fitting.flatMap { $0.0.method == "GET" ? ["GET", "HEAD"] : [$0.0.method] })
        }
        return found
    }

    /// Refuses what the route's needs do not allow; an answer of its own where a page asks for the log-in.
    private func guarded(_ route: Route, _ exchange: inout Exchange) throws -> Response? {
        for field in exchange.request.query where !route.query.contains(where: { $0.name == field.name }) {
            throw Problem.invalid(parameter: field.name)
        }
        let isOpen = route.needs == .nothing
        if !isOpen, exchange.session == nil {
            if route.isAPI { throw Problem.notLoggedIn }
            if let kept = try route.unsent?(exchange) { return kept }
            return Response(status: 303, headers: [.init("Location", "/login")])
        }
        if route.method == "POST" {
            // No browser sends a machine's token by itself.
            guard exchange.session?.machine != nil || RequestOrigin.isOwn(exchange.request) else {
                throw Problem.foreignOrigin
            }
            guard route.medium.isOf(exchange.request) else { throw Problem.wrongType(route.medium) }
        }
        guard !isOpen, let session = exchange.session else { return nil }
        if route.needs != .registering, route.path != "/logout", exchange.demandsRegistration {
            if route.isAPI { throw Problem.secondFactorMissing }
            return Response(status: 303, headers: [.init("Location", SecondFactorPage.path)])
        }
        if case .upload = route.medium { exchange.upload = try MultipartForm(sent: exchange.request) }
        // JSON and CSV cannot be sent by another site's form, and their origin was asked already.
        if route.method == "POST", ![.json, .csv].contains(route.medium) {
            guard let csrf = exchange.upload?.field("csrf") ?? exchange.request.form("csrf"),
                RequestOrigin.areEqual(csrf, session.csrf)
            else {
                if let kept = try route.unsent?(exchange) { return kept }
                throw Problem.foreignOrigin
            }
        }
        // An action about people or the trail is decided in the store, and leaves its audit event there.
        if case .permission(let action) = route.needs, !action.concernsItems, action != .audit,
            action != .record, let denial = exchange.denial(of: action)
        {
            throw try store.refuse(
                denial, route: "\(route.method) \(route.path)", actor: exchange.actor, at: exchange.now)
        }
        // Which version is meant comes before what is done with it.
        for header in route.headers where header.name == "If-Match" {
            guard exchange.request.header("if-match") != nil else { throw Problem.preconditionRequired }
        }
        try route.body?.require(exchange.request.body)
        return nil
    }

    private func problem(_ error: any Error, _ request: Request) -> Problem {
        if let problem = error as? Problem { return problem }
        if let fault = error as? Fault {
            let problem = Problem(fault)
            // An operator has to act on a full disk or a wrong clock, whoever asked.
            if problem == nil || fault.kind == .inputOutput {
                report("\(request.method) failed: \(fault.code)")
            }
            if let problem { return problem }
        } else {
            report("\(request.method) failed: \(type(of: error))")
        }
        return .unexpected
    }

    private func refusal(_ problem: Problem, _ exchange: Exchange) -> Response {
        if exchange.request.path.hasPrefix("/api/") { return problem.json(instance: exchange.request.path) }
        // The frame itself reads the store; where that is what failed, the page stands without it.
        // Nor is there one for whoever is still to register a second factor.
        let frame =
            exchange.demandsRegistration
            ? nil
            : exchange.session.flatMap { _ in try? table.frame(exchange) }
        return problem.page(in: frame)
    }
}

/// Header fields that every answer carries.
enum SecurityHeaders {
    static let all: [Request.Field] = [
        .init(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
                + "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        .init("X-Content-Type-Options", "nosniff"),
        .init("Referrer-Policy", "no-referrer"),
        .init("Cross-Origin-Opener-Policy", "same-origin"),
        .init("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    /// Nothing is kept by a browser or a proxy unless the answer says so itself.
    static func added(to response: Response) -> Response {
        var response = response
        if response.header("Cache-Control") == nil {
            response.headers.append(.init("Cache-Control", "no-store"))
        }
        response.headers += all
        return response
    }
}
