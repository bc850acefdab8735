#pragma once

#include <memory>
#include <string>
#include <vector>

#include "act/config.h"
#include "act/signer.h"
#include "act/topic.h"
#include "base/clock.h"
#include "base/live.h"
#include "model/control_store.h"
#include "model/transition.h"
#include "net/http_client.h"
#include "net/smtp_client.h"

namespace tidemark::act {

/// Something a receiver is to be told. What does not apply is null.
struct Notice {
  enum class Kind {
    alarm,         ///< `transition` happened
    publication,   ///< `publication` was sent to `topic`
    confirmation,  ///< `subscription` waits for its token to be sent back
    removal,       ///< `subscription` is gone
  };
  Kind kind = Kind::alarm;
  std::string delivery_id;
  std::string message_id;  ///< SNS MessageId
  const Transition* transition = nullptr;
  const Publication* publication = nullptr;
  const Topic* topic = nullptr;
  const Subscription* subscription = nullptr;
  Timestamp at;  ///< machine time
};

/// How one try ended.
struct Attempt {
  enum class Verdict {
    taken,  ///< the receiver has it
    again,  ///< not now: try later
    never,  ///< trying again cannot help
  };
  Verdict verdict = Verdict::taken;
  std::string reason;  ///< why not taken; for a person, without secrets
  std::string output;  ///< what a program printed

  static Attempt ok() { return {}; }
  static Attempt later(std::string why) { return {Verdict::again, std::move(why), ""}; }
  static Attempt dead(std::string why) { return {Verdict::never, std::move(why), ""}; }
};

/// A way to reach people or programs. A plug-in: one folder and one line in actions.def, which
/// names the folder's `std::unique_ptr<Action> make(const ActionDeps&)`.
class Action {
 public:
  virtual ~Action() = default;
  /// Values of Delivery::protocol that this one serves.
  [[nodiscard]] virtual std::vector<std::string> protocols() const = 0;
  /// The message in a form of its own; kept, so that every try sends the same.
  [[nodiscard]] virtual std::string compose(const Notice& notice) const = 0;
  /// One try, within a deadline; blocks. `form`: what compose() made. Called from several threads;
  /// never twice at once for the same subscription. A receiver may see a delivery twice: it can
  /// tell by the delivery's id, which is sent along.
  virtual Attempt send(const Delivery& delivery, const std::string& form) = 0;
  /// Starts programs on this machine: has workers of its own, and each run is written to the audit
  /// log before it starts.
  [[nodiscard]] virtual bool runs_programs() const { return false; }
  /// Ends what is running soon, with Verdict::again; for a server that stops.
  virtual void stop() {}
};

/// What an action is made from. References outlive the action.
struct ActionDeps {
  const Clock& clock;
  net::HttpClient& http;
  net::MailClient* mail = nullptr;  ///< null: no mail server is configured
  const MessageSigner& signer;
  const ActConfig& config;
  const Live<RunbookConfig>& runbooks;
};

/// One of each line of actions.def.
std::vector<std::unique_ptr<Action>> make_actions(const ActionDeps& deps);

}  // namespace tidemark::act
