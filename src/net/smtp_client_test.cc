#include "net/smtp_client.h"

#include <chrono>
#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/mail/mail_text.h"
#include "net/raw/raw_peer.h"

namespace tidemark::net {
namespace {

using namespace std::chrono_literals;
using raw::RawSocket;
using raw::ScriptedServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A mail server that answers as told, and keeps what it was given.
class FakeMailServer {
 public:
  struct Replies {
    std::string greeting = "220 here\r\n";
    std::string hello = "250-here\r\n250 8BITMIME\r\n";
    std::string login = "235 ok\r\n";  ///< empty: the connection ends
    std::string from = "250 ok\r\n";
    std::string recipient = "250 ok\r\n";
    std::string data = "354 go on\r\n";
    std::string end = "250 taken\r\n";  ///< empty: the connection ends
  };
  explicit FakeMailServer(Replies replies)
      : replies_(std::move(replies)), server_([this](RawSocket& peer) { talk(peer); }) {}

  [[nodiscard]] std::string url() const {
    return fmt::format("smtp://127.0.0.1:{}", server_.port());
  }
  [[nodiscard]] std::vector<std::string> commands() {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  /// The message as sent, dots still stuffed, without the final dot.
  [[nodiscard]] std::string message() {
    const std::lock_guard lock(mutex_);
    return message_;
  }

 private:
  const std::string& reply_to(const std::string& command) const {
    static const std::string kGoOn = "334 \r\n";
    const auto is = [&](std::string_view verb) { return command.starts_with(verb); };
    if (is("EHLO") || is("HELO")) return replies_.hello;
    if (is("AUTH")) return kGoOn;
    if (!is("MAIL") && !is("RCPT") && !is("DATA")) return replies_.login;
    if (is("MAIL")) return replies_.from;
    if (is("RCPT")) return replies_.recipient;
    return replies_.data;
  }
  void talk(RawSocket& peer) {
    peer.send(replies_.greeting);
    for (;;) {
      const std::string command = peer.receive_to("\r\n");
      if (command.empty() || command.starts_with("QUIT")) return;
      {
        const std::lock_guard lock(mutex_);
        commands_.push_back(command.substr(0, command.size() - 2));
      }
      const std::string& reply = reply_to(command);
      if (reply.empty() || !peer.send(reply)) return;
      if (!command.starts_with("DATA") || !replies_.data.starts_with("354")) continue;
      const std::string message = peer.receive_to("\r\n.\r\n");
      {
        const std::lock_guard lock(mutex_);
        message_ = message.substr(0, message.size() - 3);
      }
      if (replies_.end.empty()) return;
      peer.send(replies_.end);
    }
  }

  const Replies replies_;
  std::mutex mutex_;
  std::vector<std::string> commands_;  // guarded by mutex_
  std::string message_;                // guarded by mutex_
  ScriptedServer server_;
};

Mail mail() {
  Mail out;
  out.to = {"ops@example.com"};
  out.subject = "Backlog is high";
  out.text = "Hello\n";
  return out;
}

Result<void> send(const FakeMailServer& server, const Mail& what, SmtpOptions options = {}) {
  options.url = server.url();
  options.from = "Tidemark <tide@example.com>";
  options.require_tls = false;
  options.timeout = 20s;
  return make_smtp_client(options).value()->send(what);
}

/// Undoes dot-stuffing and quoted-printable, as a mail reader does.
std::string decoded(std::string_view stuffed) {
  std::string out;
  for (std::size_t i = 0; i < stuffed.size(); ++i) {
    if (stuffed[i] == '.' && (i == 0 || stuffed[i - 1] == '\n')) ++i;
    if (stuffed.substr(i).starts_with("=\r\n")) {
      i += 2;
    } else if (stuffed[i] == '=') {
      out += static_cast<char>(std::stoi(std::string(stuffed.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += stuffed[i];
    }
  }
  return out;
}

TEST(SmtpClient, hands_the_message_to_every_recipient) {
  FakeMailServer server({});
  Mail what = mail();
  what.to = {"ops@example.com", "Night Shift <night@example.com>"};
  what.message_id = "d-1@tide.example";
  what.date = Timestamp::from_s(784111777);
  what.headers = {{"X-Tidemark-Delivery", "d-1"}};
  const auto sent = send(server, what);
  ASSERT_TRUE(sent.has_value()) << sent.error().what;
  const auto commands = server.commands();
  ASSERT_EQ(commands.size(), 5U);
  EXPECT_THAT(commands[1], HasSubstr("FROM:<tide@example.com>"));
  EXPECT_THAT(commands[2], HasSubstr("TO:<ops@example.com>"));
  EXPECT_THAT(commands[3], HasSubstr("TO:<night@example.com>"));
  const std::string message = server.message();
  for (const std::string line : {"From: Tidemark <tide@example.com>\r\n",
                                 "To: ops@example.com,\r\n Night Shift <night@example.com>\r\n",
                                 "Subject: Backlog is high\r\n",
                                 "Message-ID: <d-1@tide.example>\r\n",
                                 "Date: Sun, 06 Nov 1994 08:49:37 +0000\r\n",
                                 "X-Tidemark-Delivery: d-1\r\n",
                                 "Mime-Version: 1.0\r\n",
                                 "Content-Type: text/plain; charset=utf-8\r\n",
                                 "Hello\r\n"}) {
    EXPECT_THAT(message, HasSubstr(line));
  }
}

TEST(SmtpClient, sends_text_and_html_as_alternatives) {
  FakeMailServer server({});
  Mail what = mail();
  what.html = "<p>Größe</p>";
  ASSERT_TRUE(send(server, what).has_value());
  const std::string message = server.message();
  EXPECT_THAT(message, HasSubstr("Content-Type: multipart/alternative; boundary="));
  const std::size_t plain = message.find("Content-Type: text/plain; charset=utf-8");
  const std::size_t html = message.find("Content-Type: text/html; charset=utf-8");
  ASSERT_NE(html, std::string::npos);
  EXPECT_LT(plain, html);  // the last alternative is the one preferred (RFC 2046 section 5.1.4)
  EXPECT_EQ(message.find("multipart/mixed"), std::string::npos);
  EXPECT_THAT(decoded(message.substr(message.find("\r\n\r\n", html))), HasSubstr("<p>Größe</p>"));
}

TEST(SmtpClient, delivers_lone_dots_long_lines_and_umlauts_intact) {
  FakeMailServer server({});
  Mail what = mail();
  what.text = "before\n.\nafter\n..two\n" + std::string(3000, 'x') + "\nä=b \n.";
  ASSERT_TRUE(send(server, what).has_value());
  const std::string message = server.message();
  const std::size_t part = message.find("Content-Type: text/plain");
  EXPECT_THAT(decoded(message.substr(message.find("\r\n\r\n", part))),
              HasSubstr("\r\n\r\nbefore\r\n.\r\nafter\r\n..two\r\n" + std::string(3000, 'x') +
                        "\r\nä=b \r\n."));
  for (std::size_t at = 0; at < message.size(); at = message.find("\r\n", at) + 2) {
    ASSERT_LT(message.find("\r\n", at) - at, 999U);
  }
}

TEST(SmtpClient, encodes_subjects_and_names_beyond_ascii) {
  FakeMailServer server({});
  Mail what = mail();
  what.subject = "Größe überschritten: " + std::string(40, 'a') + " – 日本語の件名";
  what.from = "Wächter <watch@example.com>";
  ASSERT_TRUE(send(server, what).has_value());
  const std::string message = server.message();
  EXPECT_THAT(message, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_THAT(message, HasSubstr("From: =?UTF-8?B?V8OkY2h0ZXI=?= <watch@example.com>\r\n"));
}

TEST(SmtpClient, refuses_line_breaks_in_every_header) {
  FakeMailServer server({});
  const auto refused = [&](const std::function<void(Mail&)>& damage) {
    Mail what = mail();
    damage(what);
    const auto sent = send(server, what);
    return !sent && sent.error().code == Errc::invalid;
  };
  EXPECT_TRUE(refused([](Mail& m) { m.subject = "a\r\nBcc: evil@example.com"; }));
  EXPECT_TRUE(refused([](Mail& m) { m.subject = "a\nb"; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"a@b>\r\nRCPT TO:<evil@example.com"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"a@b\n"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"Name\r\nBcc: x <a@b>"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"a@b> NOTIFY=NEVER"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"a@b, c@d"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {"nobody"}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.to = {}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.from = "a@b\r\nX: y"; }));
  EXPECT_TRUE(refused([](Mail& m) { m.message_id = "a@b>\r\nX: y"; }));
  EXPECT_TRUE(refused([](Mail& m) { m.headers = {{"X-A", "b\r\nX-C: d"}}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.headers = {{"X-A: b\r\nX-C", "d"}}; }));
  EXPECT_TRUE(refused([](Mail& m) { m.headers = {{"bcc", "evil@example.com"}}; }));
  EXPECT_TRUE(server.commands().empty());
}

TEST(SmtpClient, tells_not_now_from_never_with_the_servers_words) {
  using Replies = FakeMailServer::Replies;
  const auto error_of = [](const std::function<void(Replies&)>& change) {
    Replies replies;
    change(replies);
    const FakeMailServer server(replies);
    const auto sent = send(server, mail());
    EXPECT_FALSE(sent.has_value());
    return sent ? Error{} : sent.error();
  };
  const Error later = error_of([](Replies& r) { r.recipient = "451 4.7.1 Greylisted\r\n"; });
  EXPECT_EQ(later.code, Errc::unavailable);
  EXPECT_EQ(later.what, "the mail server answered: 451 4.7.1 Greylisted");
  const Error never = error_of([](Replies& r) { r.recipient = "550 5.1.1 No such user\r\n"; });
  EXPECT_EQ(never.code, Errc::denied);
  EXPECT_EQ(never.what, "the mail server answered: 550 5.1.1 No such user");
  EXPECT_EQ(error_of([](Replies& r) { r.from = "421 busy\r\n"; }).code, Errc::unavailable);
  EXPECT_EQ(error_of([](Replies& r) { r.from = "553 no\r\n"; }).code, Errc::denied);
  EXPECT_EQ(error_of([](Replies& r) { r.data = "554 no\r\n"; }).code, Errc::denied);
  EXPECT_EQ(error_of([](Replies& r) { r.end = "552 too big\r\n"; }).code, Errc::denied);
  EXPECT_EQ(error_of([](Replies& r) { r.end = "451 disk\r\n"; }).code, Errc::unavailable);
  EXPECT_EQ(error_of([](Replies& r) { r.greeting = "554 go away\r\n"; }).code, Errc::denied);
}

TEST(SmtpClient, counts_a_server_that_dies_after_data_as_not_now) {
  FakeMailServer::Replies replies;
  replies.end = "";
  FakeMailServer server(replies);
  const auto sent = send(server, mail());
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, Errc::unavailable);
  EXPECT_THAT(server.message(), HasSubstr("Hello"));
}

TEST(SmtpClient, counts_an_unreachable_server_as_not_now) {
  std::string url;
  {
    const FakeMailServer gone({});
    url = gone.url();
  }
  SmtpOptions options;
  options.url = url;
  options.from = "tide@example.com";
  const auto sent = make_smtp_client(options).value()->send(mail());
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, Errc::unavailable);
}

TEST(SmtpClient, logs_in_and_never_shows_the_password) {
  FakeMailServer::Replies replies;
  replies.hello = "250-here\r\n250 AUTH PLAIN\r\n";
  SmtpOptions options;
  options.username = "tide";
  options.password = "pa55word";
  FakeMailServer good(replies);
  ASSERT_TRUE(send(good, mail(), options).has_value());
  EXPECT_THAT(good.commands()[1], HasSubstr("AUTH PLAIN"));
  replies.login = "535 5.7.8 Bad credentials\r\n";
  FakeMailServer bad(replies);
  const auto sent = send(bad, mail(), options);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, Errc::denied);
  EXPECT_THAT(sent.error().what, HasSubstr("535 5.7.8 Bad credentials"));
  EXPECT_THAT(sent.error().what, Not(HasSubstr("pa55word")));
  replies.login = "";
  FakeMailServer broken(replies);
  EXPECT_THAT(send(broken, mail(), options).error().what, HasSubstr("wrong password?"));
}

TEST(SmtpClient, sends_nothing_in_clear_when_tls_is_required) {
  FakeMailServer server({});
  SmtpOptions options;
  options.url = server.url();
  options.from = "tide@example.com";
  const auto sent = make_smtp_client(options).value()->send(mail());
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, Errc::unavailable);
  EXPECT_THAT(sent.error().what, HasSubstr("TLS"));
  for (const std::string& command : server.commands())
    EXPECT_THAT(command, HasSubstr("EHLO"));
}

TEST(SmtpClient, refuses_options_that_cannot_work) {
  const auto code_of = [](const std::string& url, const std::string& from) {
    SmtpOptions options;
    options.url = url;
    options.from = from;
    return make_smtp_client(options).error().code;
  };
  EXPECT_EQ(code_of("http://x", "a@b"), Errc::invalid);
  EXPECT_EQ(code_of("smtp://user:pw@x", "a@b"), Errc::invalid);
  EXPECT_EQ(code_of("mail.example", "a@b"), Errc::invalid);
  EXPECT_EQ(code_of("smtp://x", ""), Errc::invalid);
  EXPECT_EQ(code_of("smtp://x", "nobody"), Errc::invalid);
}

TEST(MailText, cuts_encoded_words_between_characters) {
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += "日";
  const std::string encoded = mail::header_text("a" + text);
  EXPECT_THAT(encoded, HasSubstr("?=\r\n =?UTF-8?B?"));
  for (std::size_t at = 0; at < encoded.size();) {
    const std::size_t end = std::min(encoded.find("\r\n ", at), encoded.size());
    EXPECT_LE(end - at, 75U);
    // Each word decodes by itself: 1 + 3n or 3n bytes, so never more than one '=' pair of padding.
    at = end + 3;
  }
  // 1 + 14 * 3 = 43 bytes fit into the first word, which base64 writes as 60 characters.
  EXPECT_EQ(encoded.substr(0, encoded.find("\r\n")).size(), 12U + 60U);
}

TEST(MailText, quotes_display_names_that_need_it) {
  EXPECT_EQ(mail::format_mailbox({"A. B, C", "a@b"}), "\"A. B, C\" <a@b>");
  EXPECT_EQ(mail::format_mailbox({"say \"hi\"", "a@b"}), "\"say \\\"hi\\\"\" <a@b>");
  EXPECT_EQ(mail::format_mailbox({"", "a@b"}), "a@b");
  const auto box = mail::parse_mailbox("\"A, B\" <a+c@b.example>").value();
  EXPECT_EQ(box.display, "A, B");
  EXPECT_EQ(box.address, "a+c@b.example");
}

TEST(MailText, makes_every_line_end_crlf) {
  EXPECT_EQ(mail::with_crlf("a\nb\r\nc\rd\n"), "a\r\nb\r\nc\r\nd\r\n");
}

}  // namespace
}  // namespace tidemark::net
