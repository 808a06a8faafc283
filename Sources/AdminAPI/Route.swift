internal import Domain
internal import HTTP
internal import Policy

/// One line of the route table: what can be asked, what it needs, how it is answered.
///
/// The table is the single source: requests are dispatched by it and the OpenAPI document is generated from it.
struct Route: Sendable {
    enum Needs: Sendable, Equatable {
        /// Open to everybody; holds nothing of a person.
        case nothing
        /// A log-in, whatever the role.
        case logIn
        /// A log-in, also one whose second factor is still to be registered.
        case registering
        /// A log-in and a permission for the action, decided per person inside the store.
        case permission(Action)
    }

    /// What the body of a POST is.
    enum Medium: Sendable, Equatable {
        /// Fields of a form.
        case form
        case json
        /// Fields of a form with one file, by the name of its field.
        case upload(String)
        case csv

        /// Bytes that are taken; `nil`: as many as everywhere.
        var most: Int? {
            switch self {
            case .form, .json: nil
            case .upload, .csv: 4 * 1024 * 1024
            }
        }
    }

    private enum Segment: Sendable {
        case written(Substring)
        case value(String)

        init(_ text: Substring) {
            self =
                text.hasPrefix("{") && text.hasSuffix("}")
                ? .value(String(text.dropFirst().dropLast())) : .written(text)
        }
    }

    struct Parameter: Sendable {
        let name: String
        let description: String
        let schema: Schema
    }

    struct Answer: Sendable {
        let status: Int
        let description: String
        /// `nil`: no body.
        let type: String?
        let schema: Schema?

        init(_ status: Int, _ description: String, type: String? = nil, schema: Schema? = nil) {
            self.status = status
            self.description = description
            self.type = type
            self.schema = schema
        }

        static func page(_ description: String) -> Answer { .init(200, description, type: "text/html") }
        static func json(_ description: String, _ schema: Schema) -> Answer {
            .init(200, description, type: "application/json", schema: schema)
        }
        static func problem(_ status: Int, _ description: String) -> Answer {
            .init(status, description, type: "application/problem+json", schema: .named("Problem"))
        }
    }

    let method: String
    /// `/cases/{id}`: a segment in braces takes any one segment.
    let path: String
    private let segments: [Segment]
    /// The operation's id, unique.
    let name: String
    let summary: String
    let needs: Needs
    let query: [Parameter]
    /// Header fields that mean something to the operation.
    let headers: [Parameter]
    /// Names of the form's fields, for POST; `csrf` is added where a log-in is needed.
    let form: [String]
    /// Of an API's POST: the shape of its JSON body.
    let body: Schema?
    let medium: Medium
    /// The handler's own answers; those of the dispatch (401, 403…) follow from `needs`.
    let answers: [Answer]
    let handle: @Sendable (Exchange) throws -> Response
    /// Of a form that people write into: what answers where nobody is logged in, or another log-in's page sent it, so that nothing
    /// written is lost; `nil`, as what it returns: what answers everybody.
    let unsent: (@Sendable (Exchange) throws -> Response?)?

    init(
        _ method: String, _ path: String, _ name: String, _ summary: String, needs: Needs,
        query: [Parameter] = [], headers: [Parameter] = [], form: [String] = [], body: Schema? = nil,
        medium: Medium? = nil,
        answers: [Answer], unsent: (@Sendable (Exchange) throws -> Response?)? = nil,
        handle: @escaping @Sendable (Exchange) throws -> Response
    ) {
        self.unsent = unsent
        self.method = method
        self.path = path
        segments = Self.segments(path).map(Segment.init)
        self.name = name
        self.summary = summary
        self.needs = needs
        self.query = query
        self.headers = headers
        self.form = form
        self.body = body
        self.medium = medium ?? (body == nil ? .form : .json)
        self.answers = answers
        self.handle = handle
    }

    var isAPI: Bool { path.hasPrefix("/api/") }

    /// A path between its slashes.
    static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The values of the template's braces, if the path fits.
    ///
    /// - Parameter given: its segments.
    func match(_ given: [Substring]) -> [String: String]? {
        guard segments.count == given.count else { return nil }
        var values: [String: String] = [:]
        for (want, have) in zip(segments, given) {
            switch want {
            case .written(let text): guard text == have else { return nil }
            case .value(let name):
                guard !have.isEmpty else { return nil }
                values[name] = String(have)
            }
        }
        return values
    }

    /// Every status the route can answer, those of the dispatch included.
    var statuses: Set<Int> {
        var statuses = Set(answers.map(\.status)).union([500])
        if needs != .nothing { statuses.formUnion(isAPI ? [401, 403, 429] : [303]) }
        if case .permission = needs { statuses.insert(403) }
        if method == "POST" { statuses.formUnion([403, 415]) }
        if medium.most != nil { statuses.insert(413) }
        if path.contains("{") { statuses.insert(404) }
        if body != nil { statuses.insert(422) }
        if headers.contains(where: { $0.name == "Idempotency-Key" }) { statuses.insert(409) }
        statuses.insert(400)
        return statuses
    }
}
