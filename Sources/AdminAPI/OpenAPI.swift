internal import Policy
internal import Store

/// The OpenAPI 3.1 document, written from the route table alone.
enum OpenAPI {
    static func document(_ routes: [Route], cookie: String) -> JSON {
        var paths: [String: JSON] = [:]
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let operations = routes.map { ($0.method.lowercased(), operation($0)) }
            paths[path] = .object(Dictionary(operations, uniquingKeysWith: { first, _ in first }))
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "renkei 管理 API", "version": "1",
                "description": "こどもデータ連携のケースと夜間処理の報告。個人に関する応答はすべて監査記録に残ります。",
            ],
            "paths": .object(paths),
            "components": [
                "schemas": .object(Schemas.all.mapValues(\.json)),
                "securitySchemes": [
                    "session": ["type": "apiKey", "in": "cookie", "name": .string(cookie)],
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "プログラム用のトークン（renkei user token）。Cookie も csrf も要りません。",
                    ],
                ],
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        var operation: [String: JSON] = [
            "operationId": .string(route.name), "summary": .string(route.summary),
            "responses": .object(responses(route)),
            "security": .array(security(route)),
        ]
        if case .permission(let action) = route.needs { operation["x-action"] = .string(action.rawValue) }
        let parameters =
            pathParameters(route) + route.query.map { parameter($0, in: "query") }
            + route.headers.map { parameter($0, in: "header") }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if route.method == "POST" {
            operation["requestBody"] =
                switch route.medium {
                case .json: content("application/json", route.body?.json ?? [:])
                case .csv: content("text/csv", Schema.string.json)
                case .form: content("application/x-www-form-urlencoded", form(route).json)
                case .upload(let file): content("multipart/form-data", form(route, file: file).json)
                }
        }
        return .object(operation)
    }

    /// Either is enough; what a token must have stands behind it.
    private static func security(_ route: Route) -> [JSON] {
        guard route.needs != .nothing else { return [] }
        return [["session": []]] + (route.tokenScope.map { [["token": [.string($0.rawValue)]]] } ?? [])
    }

    private static func pathParameters(_ route: Route) -> [JSON] {
        route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            let name = String($0.dropFirst().dropLast())
            return [
                "name": .string(name), "in": "path", "required": true, "schema": Schema.string.json,
                "description": "番号",
            ]
        }
    }

    private static func parameter(_ parameter: Route.Parameter, in place: String) -> JSON {
        [
            "name": .string(parameter.name), "in": .string(place), "required": false,
            "schema": parameter.schema.json, "description": .string(parameter.description),
        ]
    }

    private static func content(_ type: String, _ schema: JSON) -> JSON {
        ["required": true, "content": .object([type: ["schema": schema]])]
    }

    private static func form(_ route: Route, file: String? = nil) -> Schema {
        let fields = route.form + (route.needs == .nothing ? [] : ["csrf"]) + (file.map { [$0] } ?? [])
        return .object(Dictionary(uniqueKeysWithValues: fields.map { ($0, Schema.string) }))
    }

    private static func responses(_ route: Route) -> [String: JSON] {
        var responses: [String: JSON] = [:]
        for status in route.statuses {
            var content: [String: JSON] = [:]
            if !route.isAPI { content["text/html"] = [:] }
            // What cannot be read as HTTP is answered before there is a path.
            if route.isAPI || status == 400 {
                content["application/problem+json"] = ["schema": Schema.named("Problem").json]
            }
            responses[String(status)] =
                status == 303
                ? ["description": "ほかの画面へ進みます"] : ["description": "問題", "content": .object(content)]
        }
        for answer in route.answers {
            var body: [String: JSON] = ["description": .string(answer.description)]
            if let type = answer.type {
                body["content"] = .object([type: .object(answer.schema.map { ["schema": $0.json] } ?? [:])])
            }
            responses[String(answer.status)] = .object(body)
        }
        return responses
    }
}
