#include <utility>

#include "act/action.h"
#include "act/email/letter.h"
#include "codec/json.h"

namespace tidemark::act::email {
namespace {

/// Mails a person. The server's 4xx is tried again, its 5xx is final.
class EmailAction final : public Action {
 public:
  explicit EmailAction(const ActionDeps& deps)
      : clock_(deps.clock), mail_(deps.mail), config_(deps.config) {}

  [[nodiscard]] std::vector<std::string> protocols() const override { return {"email"}; }

  [[nodiscard]] std::string compose(const Notice& notice) const override {
    const Letter letter = write_letter(notice, config_);
    return codec::write_json(
        codec::Document{{"subject", letter.subject}, {"text", letter.text}, {"html", letter.html}});
  }

  Attempt send(const Delivery& delivery, const std::string& form) override {
    if (mail_ == nullptr) {
      return Attempt::dead("no mail server is configured: set mail.url in the configuration file");
    }
    const auto letter = codec::read_json(form);
    if (!letter) return Attempt::dead("the kept message cannot be read: " + letter.error().what);
    const auto text = [&](const char* key) {
      return std::string(letter->text_at(key).value_or(""));
    };
    net::Mail mail;
    mail.from = config_.mail_from;
    mail.to = {delivery.endpoint};
    mail.subject = text("subject");
    mail.text = text("text");
    mail.html = text("html");
    mail.date = clock_.wall();  // RFC 5322, section 3.6: every message has one
    mail.message_id = delivery.id + "@" + config_.mail_host;
    mail.headers = {{"X-Tidemark-Delivery-Id", delivery.id}, {"Auto-Submitted", "auto-generated"}};
    const auto sent = mail_->send(mail);
    if (sent) return Attempt::ok();
    const bool final = sent.error().code == Errc::denied || sent.error().code == Errc::invalid;
    return final ? Attempt::dead(sent.error().what) : Attempt::later(sent.error().what);
  }

 private:
  const Clock& clock_;
  net::MailClient* mail_;
  const ActConfig& config_;
};

}  // namespace

std::unique_ptr<Action> make(const ActionDeps& deps) {
  return std::make_unique<EmailAction>(deps);
}

}  // namespace tidemark::act::email
