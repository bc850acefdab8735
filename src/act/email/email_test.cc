#include <set>

#include <gmock/gmock.h>

#include "act/email/letter.h"
#include "act/email/picture.h"
#include "act/standins/smtp_sink.h"
#include "act/standins/work_bench.h"

namespace tidemark::act::email {
namespace {

using namespace std::chrono_literals;
using standins::sample_transition;
using standins::SmtpSink;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Letter letter_of(const Transition& transition) {
  static const Topic topic{.arn = "arn:aws:sns:us-east-1:000000000000:ops",
                           .name = "ops",
                           .owner = "",
                           .attributes = {},
                           .tags = {},
                           .created_at = {}};
  static const Subscription subscription = [] {
    Subscription out;
    out.arn = topic.arn + ":6a1c";
    out.topic_arn = topic.arn;
    out.protocol = "email";
    return out;
  }();
  Notice notice;
  notice.delivery_id = "d-1";
  notice.transition = &transition;
  notice.topic = &topic;
  notice.subscription = &subscription;
  return write_letter(notice, ActConfig{});
}

TEST(Letter, tells_what_happened_in_words) {
  const Letter letter = letter_of(sample_transition());
  EXPECT_EQ(letter.subject, "ALARM: \"records-read-anomaly\" in US East (N. Virginia)");
  EXPECT_EQ(letter.text,
            R"("records-read-anomaly" is in ALARM
It went from OK to ALARM at 2013-11-28 00:00 UTC.

  Metric      Glue glue.driver.aggregate.recordsRead (Sum, 1 day)
  Seen        9,812,331 at 2013-11-28 00:00 UTC
  Usual       1,200,000 to 1,950,000, about 1,580,000 expected
  That is     7,862,331 above the usual range, 6.2 times what is expected

Why: Thresholds Crossed: 1 out of the last 1 datapoints [9812331.0 (28/11/13 00:00:00)] was greater than the upper thresholds [1950000.0] (minimum 1 datapoint for OK -> ALARM transition).

About this alarm: Nightly load of orders; call the data team if it is empty.

The last points:
  2013-11-20 00:00 UTC  1,520,010  usual: 1,200,000 to 1,950,000
  2013-11-21 00:00 UTC  1,521,010  usual: 1,200,000 to 1,950,000
  2013-11-22 00:00 UTC  1,522,011  usual: 1,200,000 to 1,950,000
  2013-11-23 00:00 UTC  1,523,012  usual: 1,200,000 to 1,950,000
  2013-11-24 00:00 UTC  1,524,012  usual: 1,200,000 to 1,950,000
  2013-11-25 00:00 UTC  1,525,012  usual: 1,200,000 to 1,950,000
  2013-11-26 00:00 UTC  1,526,013  usual: 1,200,000 to 1,950,000
  2013-11-27 00:00 UTC  1,527,014  usual: 1,200,000 to 1,950,000
  2013-11-28 00:00 UTC  9,812,331  usual: 1,200,000 to 1,950,000   <-- above

Open the alarm: http://127.0.0.1:8470/alarms/records-read-anomaly

-- 
Sent to subscribers of arn:aws:sns:us-east-1:000000000000:ops.
Unsubscribe: http://127.0.0.1:8470/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:000000000000:ops:6a1c
Delivery d-1
)");
}

TEST(Letter, html_tells_the_same_facts) {
  const Letter letter = letter_of(sample_transition());
  for (const char* fact : {"&quot;records-read-anomaly&quot; is in ALARM",
                           "from OK to ALARM at 2013-11-28 00:00 UTC",
                           "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)",
                           "9,812,331",
                           "1,200,000 to 1,950,000, about 1,580,000 expected",
                           "7,862,331 above the usual range, 6.2 times",
                           "OK -&gt; ALARM transition",
                           "call the data team",
                           "href=\"http://127.0.0.1:8470/alarms/records-read-anomaly\"",
                           "1,527,014",
                           "(above)",
                           "Delivery d-1",
                           "Action=Unsubscribe"}) {
    EXPECT_THAT(letter.html, HasSubstr(fact));
  }
  // Mail clients drop or block these.
  EXPECT_THAT(letter.html,
              AllOf(Not(HasSubstr("<svg")),
                    Not(HasSubstr("<img")),
                    Not(HasSubstr("<style")),
                    Not(HasSubstr("<script"))));
}

TEST(Letter, shows_only_the_newest_points_and_prefers_the_reason_in_words) {
  Transition t = sample_transition();
  for (int hour = 1; hour <= 30; ++hour) {
    t.evidence.push_back(t.evidence.back());
    t.evidence.back().at = t.at + hour * 1h;
  }
  t.reason_words = "Six times as many records as on other Thursdays.";
  t.drill = t.late = true;
  const Letter letter = letter_of(t);
  EXPECT_EQ(letter.subject, "[drill] ALARM: \"records-read-anomaly\" in US East (N. Virginia)");
  EXPECT_THAT(letter.text, HasSubstr("Why: Six times as many records as on other Thursdays.\n"));
  EXPECT_THAT(letter.text, HasSubstr("This is a drill: the state was set by hand.\nFound late:"));
  EXPECT_THAT(letter.text, Not(HasSubstr("2013-11-28 16:00")));
  EXPECT_THAT(letter.text, HasSubstr("2013-11-28 17:00"));
  EXPECT_THAT(letter.text, HasSubstr("2013-11-29 06:00"));
}

TEST(Letter, says_plainly_what_is_missing) {
  Transition t = sample_transition("t", "INSUFFICIENT_DATA");
  t.evidence.clear();
  t.alarm_description.clear();
  t.metric_title.clear();
  EXPECT_THAT(letter_of(t).text,
              HasSubstr("It went from OK to INSUFFICIENT_DATA (no data to judge by) at"));
  EXPECT_THAT(letter_of(t).text, Not(HasSubstr("last points")));
  t.evidence = {{.at = t.at, .value = {}, .lower = {}, .expected = {}, .upper = {}}};
  EXPECT_THAT(letter_of(t).text, HasSubstr("  2013-11-28 00:00 UTC  no data\n"));
  t.evidence[0].value = 5;
  EXPECT_THAT(letter_of(t).text, HasSubstr("  2013-11-28 00:00 UTC  5  usual: not learned yet\n"));
}

TEST(Letter, names_the_dimensions_in_both_forms_and_in_a_subject_that_has_room) {
  Transition t = sample_transition();
  t.dimensions = "JobName=etl-orders, Type=<gauge>";
  const Letter letter = letter_of(t);
  EXPECT_EQ(letter.subject,
            "ALARM: \"records-read-anomaly\" in US East (N. Virginia): JobName=etl-orders, "
            "Type=<gauge>");
  EXPECT_THAT(letter.text, HasSubstr("\n  Dimensions  JobName=etl-orders, Type=<gauge>\n"));
  EXPECT_THAT(letter.html, HasSubstr("<td>JobName=etl-orders, Type=&lt;gauge&gt;</td>"));
  t.dimensions += ", JobRunId=jr_0123456789";
  EXPECT_EQ(letter_of(t).subject, "ALARM: \"records-read-anomaly\" in US East (N. Virginia)");
  EXPECT_THAT(letter_of(t).text, HasSubstr("JobRunId=jr_0123456789\n"));
}

TEST(Letter, calls_a_fixed_limit_a_limit_and_has_the_unit_behind_every_number) {
  Transition t = sample_transition();
  t.unit = " %";
  t.evidence = {{.at = t.at - 10min, .value = 99.5, .lower = 95, .expected = {}, .upper = {}},
                {.at = t.at, .value = 94.99996, .lower = 95, .expected = {}, .upper = {}}};
  const Letter letter = letter_of(t);
  EXPECT_THAT(letter.text,
              HasSubstr("  Seen        94.99996 % at 2013-11-28 00:00 UTC\n"
                        "  Limit       95 %\n"
                        "  That is     4e-05 % below the limit\n"));
  EXPECT_THAT(letter.text,
              HasSubstr("  2013-11-27 23:50 UTC      99.5 %  limit: 95 %\n"
                        "  2013-11-28 00:00 UTC  94.99996 %  limit: 95 %   <-- below\n"));
  EXPECT_THAT(letter.html, AllOf(HasSubstr("<th>Limit</th>"), HasSubstr("94.99996 % (below)")));
  EXPECT_THAT(letter.text, Not(HasSubstr("sual")));
}

TEST(Letter, says_nothing_of_what_is_usual_in_a_silence_of_a_learned_metric) {
  Transition t = sample_transition("t", "INSUFFICIENT_DATA");
  t.unit = " MB";
  for (int day = 1; day <= 3; ++day) {
    t.evidence.push_back(
        {.at = t.at + day * 24h, .value = {}, .lower = {}, .expected = {}, .upper = {}});
  }
  const Letter letter = letter_of(t);
  EXPECT_THAT(letter.text, HasSubstr("  2013-12-01 00:00 UTC       no data\n"));
  EXPECT_THAT(letter.text,
              HasSubstr("  Usual       1,200,000 to 1,950,000 MB, about 1,580,000 MB"));
  EXPECT_THAT(letter.text + letter.html, Not(HasSubstr("not learned yet")));
}

TEST(Letter, markup_and_line_breaks_in_telemetry_stay_text) {
  Transition t = sample_transition();
  t.alarm_name = "x\"><script>alert(1)</script>\r\nBcc: everyone@example.com\n";
  t.alarm_description = "<img src=x onerror=alert(2)> & '\"";
  t.metric_title = std::string("a\0b\xFF", 4);
  t.reason = "<b>";
  const Letter letter = letter_of(t);
  EXPECT_EQ(letter.subject.find_first_of("\r\n"), std::string::npos);
  EXPECT_LE(letter.subject.size(), 103U);
  EXPECT_THAT(letter.html,
              AllOf(Not(HasSubstr("<script")),
                    Not(HasSubstr("<img")),
                    HasSubstr("&lt;script&gt;"),
                    HasSubstr("&amp; &#39;&quot;"),
                    HasSubstr("a\xEF\xBF\xBD"
                              "b\xEF\xBF\xBD")));
  // The link holds the name in percent escapes, so it neither ends early nor changes its target.
  EXPECT_THAT(letter.html,
              HasSubstr("/alarms/x%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%0D%0ABcc"));
}

TEST(Picture, draws_values_beyond_any_scale) {
  const double infinite = std::numeric_limits<double>::infinity();
  std::vector<EvidencePoint> points;
  for (const double value : {-infinite, -1e308, 0.0, 1e308, infinite, std::nan("")}) {
    points.push_back({.at = {}, .value = value, .lower = -1, .expected = 0, .upper = 1});
  }
  EXPECT_THAT(html_picture(points, ""), HasSubstr("infinite (above)"));
  points.assign(3, {.at = {}, .value = 5, .lower = 5, .expected = 5, .upper = 5});
  EXPECT_THAT(html_picture(points, ""), Not(HasSubstr("bgcolor"))) << "nothing to scale by";
}

TEST(Picture, every_bar_is_as_wide_as_the_others) {
  const auto html = html_picture(sample_transition().evidence, "");
  std::size_t bars = 0;
  for (auto at = html.find("<table role"); at != std::string::npos;
       at = html.find("<table role", at + 1)) {
    const std::string bar = html.substr(at, html.find("</table>", at) - at);
    int width = 0;
    for (auto cell = bar.find("width=\""); cell != std::string::npos;
         cell = bar.find("width=\"", cell + 1)) {
      width += std::stoi(bar.substr(cell + 7));
    }
    EXPECT_EQ(width, 240);
    ++bars;
  }
  EXPECT_EQ(bars, 9U);
}

class EmailActionTest : public standins::Bench {};

TEST_F(EmailActionTest, sends_one_message_id_with_every_try) {
  const auto arn = topic_with({{"email", "a@example.com"}});
  mail.script({fail(Errc::unavailable, "451 later"), fail(Errc::unavailable, "451 later")});
  happen(sample_transition(), arn);
  const auto worker = make_worker();
  const Timestamp begin = clock.wall();
  for (int i = 0; i < 3; ++i, clock.advance(1min))
    worker->settle();
  ASSERT_THAT(mail.mails(), SizeIs(3));
  const Delivery delivery = deliveries().at(0);
  EXPECT_EQ(delivery.state, "delivered");
  EXPECT_EQ(mail.mails().front().date, begin);
  EXPECT_EQ(mail.mails().back().date, begin + 2min) << "the time of sending";
  for (const net::Mail& sent : mail.mails()) {
    EXPECT_EQ(sent.message_id, delivery.id + "@tidemark.invalid");
    EXPECT_EQ(net::find_header(sent.headers, "X-Tidemark-Delivery-Id"), delivery.id);
    EXPECT_EQ(sent.to, std::vector<std::string>{"a@example.com"});
  }
}

TEST_F(EmailActionTest, says_what_to_set_when_there_is_no_mail_server) {
  mail_client = nullptr;
  happen(sample_transition(), topic_with({{"email", "a@example.com"}}));
  make_worker()->settle();
  EXPECT_THAT(deliveries("dead").at(0).last_error, HasSubstr("mail.url"));
}

TEST_F(EmailActionTest, asks_for_confirmation_with_a_link_and_a_command) {
  config.auto_confirm_email = false;
  const auto arn = topic_with({{"email", "a@example.com"}});
  make_worker()->settle();
  const net::Mail sent = mail.mails().at(0);
  EXPECT_EQ(sent.subject, "Confirm that you want messages of ops");
  EXPECT_EQ(sent.date, clock.wall());
  const auto at = sent.text.find("--token ") + 8;
  const std::string token = sent.text.substr(at, 64);
  EXPECT_THAT(sent.text,
              HasSubstr("http://127.0.0.1:8470/?Action=ConfirmSubscription&TopicArn=" + arn +
                        "&Token=" + token));
  EXPECT_THAT(sent.html, HasSubstr(token));
  for (const std::string& form : {sent.text, sent.html}) {
    EXPECT_THAT(form, HasSubstr("--region us-east-1 --topic-arn " + arn)) << "as the topic's ARN";
  }
  EXPECT_TRUE(make_topics().confirm_subscription(arn, token).has_value());
}

/// Against a real mail server on a socket.
class MailServerTest : public standins::Bench {
 protected:
  void deliver_through(SmtpSink& sink) {
    net::SmtpOptions options;
    options.url = sink.url();
    options.from = "tidemark@example.com";
    options.require_tls = false;
    client = net::make_smtp_client(options).value();
    mail_client = client.get();
    const auto arn = topic_with({{"email", "oncall@example.com"}});
    for (const char* alarm : {"one", "two", "three"}) {
      Transition t = sample_transition(alarm);
      t.alarm_name = alarm;
      happen(t, arn);
    }
    const auto worker = make_worker();
    for (int i = 0; i < 10; ++i, clock.advance(2min))
      worker->settle();
    EXPECT_EQ(store.count_deliveries("delivered").value(), 3);
  }
  static std::string line(const std::string& message, const std::string& name) {
    const auto at = message.find("\r\n" + name + ": ");
    return at == std::string::npos ? ""
                                   : message.substr(at + 2, message.find("\r\n", at + 2) - at - 2);
  }
  static std::set<std::string> ids(const std::vector<std::string>& messages) {
    std::set<std::string> out;
    for (const auto& message : messages)
      out.insert(line(message, "Message-ID"));
    return out;
  }
  std::unique_ptr<net::MailClient> client;
};

TEST_F(MailServerTest, that_answers_451_twice_gets_every_mail) {
  SmtpSink sink([](int n) { return n < 2 ? "451 try later\r\n" : "250 taken\r\n"; });
  deliver_through(sink);
  EXPECT_THAT(sink.messages(), SizeIs(5));
  EXPECT_THAT(ids(sink.messages()), SizeIs(3));
  EXPECT_THAT(ids(sink.messages()), Each(HasSubstr("@tidemark.invalid>")));
}

TEST_F(MailServerTest, that_dies_after_the_data_gets_every_mail_under_the_same_id) {
  SmtpSink sink([](int n) { return n == 0 ? "" : "250 taken\r\n"; });
  deliver_through(sink);
  const auto messages = sink.messages();
  EXPECT_THAT(messages, SizeIs(4)) << "the first one came twice";
  EXPECT_THAT(ids(messages), SizeIs(3));
  const std::string twice = line(messages[0], "Message-ID");
  EXPECT_EQ(std::count_if(messages.begin(),
                          messages.end(),
                          [&](const auto& m) { return line(m, "Message-ID") == twice; }),
            2);
  EXPECT_FALSE(line(messages[0], "X-Tidemark-Delivery-Id").empty());
  EXPECT_THAT(line(messages[0], "Date"),
              ::testing::MatchesRegex("Date: [A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ [0-9]+ .* \\+0000"));
}

TEST_F(MailServerTest, that_refuses_for_good_is_not_asked_again) {
  SmtpSink sink([](int) { return "554 no\r\n"; });
  net::SmtpOptions options;
  options.url = sink.url();
  options.from = "tidemark@example.com";
  options.require_tls = false;
  client = net::make_smtp_client(options).value();
  mail_client = client.get();
  happen(sample_transition(), topic_with({{"email", "oncall@example.com"}}));
  const auto worker = make_worker();
  for (int i = 0; i < 3; ++i, clock.advance(2min))
    worker->settle();
  EXPECT_THAT(sink.messages(), SizeIs(1));
  EXPECT_THAT(deliveries("dead").at(0).last_error, HasSubstr("554 no"));
}

}  // namespace
}  // namespace tidemark::act::email
