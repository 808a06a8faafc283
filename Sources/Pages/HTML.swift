/// A piece of a page, well-formed and escaped.
///
/// The only ways to make one are to escape text and to nest pieces in elements whose names stand in the source code, so
/// that no value of an extract can become markup.
package struct HTML: Sendable, Hashable {
    let source: String

    private init(source: String) { self.source = source }

    static let nothing = HTML(source: "")

    /// Text for people, escaped. Control characters, which HTML cannot hold, are left out.
    static func text(_ text: String) -> HTML { HTML(source: escaped(text)) }

    /// Markup or a stylesheet of our own, as it stands in the source code.
    static func literal(_ source: StaticString) -> HTML { HTML(source: "\(source)") }

    static func joined(_ parts: [HTML]) -> HTML { HTML(source: parts.map(\.source).joined()) }

    /// `<name attributes>content</name>`; void elements have no end.
    static func element(_ name: StaticString, _ attributes: [Attribute], _ content: HTML) -> HTML {
        let start = "<\(name)\(attributes.map(\.source).joined())>"
        let void: Set<String> = ["br", "hr", "img", "input", "link", "meta"]
        return HTML(source: void.contains("\(name)") ? start : "\(start)\(content.source)</\(name)>")
    }

    /// The whole page.
    func document() -> String { "<!DOCTYPE html>\n\(source)\n" }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// An attribute of an element; its value is escaped.
struct Attribute {
    let source: String

    init(_ name: StaticString, _ value: String) { source = " \(name)=\"\(HTML.escaped(value))\"" }

    /// Whether it says what kind of field an input is.
    var isType: Bool { source.hasPrefix(" type=") }

    static func `class`(_ value: StaticString) -> Attribute { .init("class", "\(value)") }
    static func id(_ value: String) -> Attribute { .init("id", value) }
    static func scope(_ value: StaticString) -> Attribute { .init("scope", "\(value)") }

    /// A link to a file of our own in the same folder.
    static func href(beside file: StaticString) -> Attribute { .init("href", "\(file)") }

    /// A link inside this service; anything else (`javascript:`, another host) becomes a link to nowhere.
    static func href(_ path: String) -> Attribute {
        let isOwn = path.hasPrefix("#") || (path.hasPrefix("/") && !path.hasPrefix("//"))
        return .init("href", isOwn ? path : "#")
    }
}

extension String {
    /// As a value in the query of a link.
    package var encodedForQuery: String {
        utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
    }
}

/// Lets a page be written as nested elements, strings, loops and conditions.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ html: HTML) -> HTML { html }
    static func buildExpression(_ text: String) -> HTML { .text(text) }
    static func buildBlock(_ parts: HTML...) -> HTML { .joined(parts) }
    static func buildOptional(_ part: HTML?) -> HTML { part ?? .nothing }
    static func buildEither(first: HTML) -> HTML { first }
    static func buildEither(second: HTML) -> HTML { second }
    static func buildArray(_ parts: [HTML]) -> HTML { .joined(parts) }
}

/// An element with nested content.
func tag(
    _ name: StaticString, _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .nothing }
) -> HTML {
    .element(name, attributes, content())
}
