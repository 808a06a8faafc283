/// The form in which one rejected row is mended: a field for each column.
package struct RejectedForm: Sendable {
    package struct Field: Sendable {
        /// In the form.
        package var name: String
        package var title: String
        /// As it came, or as it was typed.
        package var value: String
        package var isFaulty: Bool
        package var isMasked: Bool
        /// Else what was sent stands.
        package var isOpen: Bool
        /// As it came, where a correction that waits says something else.
        package var former: String?

        package init(
            name: String, title: String, value: String, isFaulty: Bool, isMasked: Bool, isOpen: Bool,
            former: String? = nil
        ) {
            (self.name, self.title, self.value) = (name, title, value)
            (self.isFaulty, self.isMasked, self.isOpen, self.former) = (isFaulty, isMasked, isOpen, former)
        }
    }

    /// What is still wrong with what was typed.
    package struct Refusal: Sendable {
        package var column: String?
        package var message: String
        package var fix: String
        /// Whether it is taken all the same where somebody says that it is so.
        package var asks: Bool

        package init(column: String?, message: String, fix: String, asks: Bool) {
            (self.column, self.message, self.fix) = (column, message, fix)
            self.asks = asks
        }
    }

    package static let otherPerson = "otherPerson"
    /// What its box says.
    static let question = "別の人の行になる直しや、ほとんど空になる直しも受け取る"
    /// Who had the page, and whence its row came: so that nothing typed is lost where the row or the log-in is not there any more.
    package static let writer = "writer"
    package static let origin = "origin"
    /// As the column is called in the form; by its place, since titles may hold anything.
    package static func name(ofColumn index: Int) -> String { "c\(index)" }

    package var fields: [Field]
    /// Whether the columns of the row as it came cannot be told apart, so that all are to be written.
    package var isWhole: Bool
    package var refusal: Refusal?
    /// What was said of the person when it was sent last.
    package var isOtherPerson: Bool
    /// The user whose page it is.
    package var user: String
    /// As it is read again when the form comes back.
    package var origin: String

    package init(
        fields: [Field], isWhole: Bool, refusal: Refusal? = nil, isOtherPerson: Bool = false, user: String,
        origin: String
    ) {
        (self.fields, self.isWhole) = (fields, isWhole)
        (self.refusal, self.isOtherPerson) = (refusal, isOtherPerson)
        (self.user, self.origin) = (user, origin)
    }

    /// - Parameters:
    ///   - path: of the row.
    ///   - reason: why the row was not accepted, to stand beside the column at fault.
    func html(to path: String, reason: String, csrf: String) -> HTML {
        tag("section", .class("panel"), .init("aria-labelledby", "mend")) {
            tag("h2", .id("mend")) { "この行を直す" }
            tag("p", .class("lead")) {
                isWhole
                    ? "もとの行の列を見分けられないため、値を示せません。もとの書類やシステムを見て、すべての列を書いてください。"
                    : "誤りのある列を直して送ってください。ほかの列は、変えなければもとのままです。行の中身を見たことは監査記録に残りました。"
            }
            if let refusal { alert(refusal) }
            tag(
                "form", .class("step"), .init("method", "post"), .init("action", path),
                .init("autocomplete", "off")
            ) {
                for (name, value) in [("csrf", csrf), (Self.writer, user), (Self.origin, origin)] {
                    tag("input", .init("type", "hidden"), .init("name", name), .init("value", value))
                }
                for field in fields { html(field, reason: reason) }
                if refusal?.asks == true || isOtherPerson { box }
                tag("button", .init("type", "submit")) { "直しを送る" }
            }
        }
    }

    private func alert(_ refusal: Refusal) -> HTML {
        FormFault(field: fields.first { $0.title == refusal.column }?.name, message: refusal.message)
            .alert("まだ受け取れません。", title: refusal.column.map { "列「\($0)」" }, fix: refusal.fix)
    }

    private var box: HTML {
        tag("label") {
            HTML.element(
                "input",
                [.init("type", "checkbox"), .init("name", Self.otherPerson), .init("value", "yes")]
                    + (isOtherPerson ? [.init("checked", "")] : []), .nothing)
            "\(Self.question)（もとの書類やシステムで確かめました）"
        }
    }

    private func html(_ field: Field, reason: String) -> HTML {
        let isRefused = refusal?.column == field.title
        var remarks: [String] = []
        if isRefused, let refusal { remarks.append("\(refusal.message) \(refusal.fix)") }
        if field.isFaulty, !isRefused { remarks.append("却下の理由: \(reason)") }
        if let former = field.former, !field.isMasked {
            remarks.append("直しを受け取った列です。もとの値: \(former.isEmpty ? "（空欄）" : former)")
        }
        if field.isMasked {
            let standing = field.former == nil ? "もとの値" : "受け取った直し"
            remarks.append(
                field.isOpen
                    ? "伏せています。直すときは値をすべて書いてください。空欄なら、\(standing)のままです。"
                    : "伏せています。\(standing)のまま使います。")
        }
        let id = field.name
        let isMarked = field.isFaulty || isRefused
        var attributes = FormField.attributes(
            id, isFaulty: isMarked, remarks: remarks.isEmpty ? [] : [FormField.remarkID(id)])
        attributes += field.isOpen ? [.init("name", field.name)] : [.class("masked"), .init("readonly", "")]
        // A field of one line would lose its line ends.
        let isLong = field.value.unicodeScalars.contains { $0 == "\n" || $0 == "\r" }
        return .joined([
            tag("label", .init("for", id)) {
                field.title
                if isMarked { FormField.mark }
                if field.former != nil { tag("span", .class("pass")) { "　直した列" } }
            },
            isLong
                // Behind the start of a text area browsers drop a line end.
                ? .element("textarea", attributes + [.init("rows", "3")], .text("\n\(field.value)"))
                : .element("input", attributes + [.init("value", field.value)], .nothing),
            remarks.isEmpty
                ? .nothing
                : FormField.remark(remarks.joined(separator: " "), of: id),
        ])
    }
}
