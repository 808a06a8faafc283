import Domain
import Foundation
import Policy

extension Actor {
    /// Who sits at this machine, as the audit trail names the person: the operating system's user, marked as such.
    static var operating: Actor { .user(UserID("cli:" + NSUserName())) }
}
