/// One complete request of the strict HTTP/1.1 subset.
package struct Request: Sendable, Hashable {
    /// As sent, case-sensitive: `GET`, `POST`.
    package let method: String
    /// Percent-decoded, begins with `/`; holds no NUL, no control character, no `.` or `..` segment.
    package let path: String
    /// Decoded name and value pairs, in their order.
    package let query: [Field]
    /// Header fields in their order, names in lower case, values without surrounding blanks.
    package let headers: [Field]
    package let body: [UInt8]

    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        method: String, path: String, query: [Field] = [], headers: [Field] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first value of the field; `name` in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The value of the query parameter, unless it is missing or given more than once.
    package func query(_ name: String) -> String? { Self.only(name, in: query) }

    /// The value of the cookie, unless it is missing or given more than once.
    package func cookie(_ name: String) -> String? {
        let pairs = (header("cookie") ?? "").split(separator: ";").compactMap { part -> Field? in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return nil }
            return Field(String(pair[0].drop { $0 == " " }), String(pair[1]))
        }
        return Self.only(name, in: pairs)
    }

    /// The fields of an `application/x-www-form-urlencoded` body; `nil` for another type or a bad encoding.
    package var form: [Field]? {
        guard type == "application/x-www-form-urlencoded" else { return nil }
        return PercentCoding.fields(body[...])
    }

    /// What the body says that it is, in lower case, without parameters.
    package var type: String? { header("content-type")?.split(separator: ";").first?.lowercased() }

    /// The value of the form field, unless it is missing or given more than once.
    package func form(_ name: String) -> String? { form.flatMap { Self.only(name, in: $0) } }

    /// The client asks that the connection ends after this exchange.
    var asksToClose: Bool {
        headers.contains {
            $0.name == "connection"
                && $0.value.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.contains("close")
        }
    }

    private static func only(_ name: String, in fields: [Field]) -> String? {
        let found = fields.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }
}
