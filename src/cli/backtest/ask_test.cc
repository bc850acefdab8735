#include "cli/backtest/ask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// Answers one thing and remembers what it was asked.
class OneAnswer final : public net::HttpClient {
 public:
  explicit OneAnswer(Result<net::HttpReply> reply) : reply_(std::move(reply)) {}
  Result<net::HttpReply> send(const net::HttpCall& call) override {
    asked = call;
    return reply_;
  }
  net::HttpCall asked;

 private:
  Result<net::HttpReply> reply_;
};

OneAnswer answering(int status, const std::string& body) {
  return OneAnswer(net::HttpReply{status, {}, body});
}

TEST(BacktestAsk, sends_the_alarm_s_name_or_the_rule_with_what_the_flags_add) {
  BacktestFlags flags;
  flags.alarms = {"rows"};
  flags.from = "now-7d";
  flags.alarms_per_week = 1.5;
  EXPECT_EQ(*make_body(flags, nullptr),
            json({{"alarm", "rows"}, {"from", "now-7d"}, {"alarms_per_week", 1.5}}));
  BacktestFlags file;
  file.file = "rule.json";
  file.to = "now-1d";
  const auto rule = rows::text_input(R"({"kind": "band", "k": 2})");
  EXPECT_EQ(*make_body(file, rule.get()), json({{"kind", "band"}, {"k", 2}, {"to", "now-1d"}}));
}

TEST(BacktestAsk, a_team_is_asked_for_by_tag_prefix_or_names) {
  BacktestFlags flags;
  flags.team = true;
  flags.alarms = {"a", "b"};
  flags.alarms_per_week = 5;
  EXPECT_EQ(*make_body(flags, nullptr), json({{"alarms", {"a", "b"}}, {"alarms_per_week", 5.0}}));
  flags.alarms.clear();
  flags.tag = "team=data";
  flags.prefix = "nightly";
  const auto body = make_body(flags, nullptr);
  EXPECT_EQ(*body, json({{"tag", "team=data"}, {"prefix", "nightly"}, {"alarms_per_week", 5.0}}));
  OneAnswer client = answering(200, R"({"alarms": []})");
  ASSERT_TRUE(ask(client, flags, *body));
  EXPECT_THAT(client.asked.url, ::testing::EndsWith("/api/tidemark/v1/backtest/team"));
  OneAnswer older = answering(200, R"({"firings_total": 1})");
  EXPECT_EQ(ask(older, flags, *body).error().code, Errc::internal);
}

TEST(BacktestAsk, names_the_file_that_holds_no_rule) {
  BacktestFlags flags;
  flags.file = "rule.json";
  for (const char* text : {"", "[1]", "kind: band", "{"}) {
    const auto rule = rows::text_input(text);
    const auto body = make_body(flags, rule.get());
    ASSERT_FALSE(body) << text;
    EXPECT_EQ(body.error().code, Errc::invalid);
    EXPECT_THAT(body.error().what, HasSubstr("rule.json: not a JSON object"));
  }
  const std::string blank((std::size_t{1} << 20) + 5, ' ');
  const auto endless = rows::text_input(blank);
  EXPECT_FALSE(make_body(flags, endless.get()));
}

TEST(BacktestAsk, posts_to_the_server_s_own_api) {
  OneAnswer client = answering(200, R"({"firings_total": 3})");
  BacktestFlags flags;
  flags.server.url = "http://127.0.0.1:8470/";
  flags.server.timeout_s = 2.5;
  const auto got = ask(client, flags, {{"alarm", "rows"}});
  ASSERT_TRUE(got) << got.error().what;
  EXPECT_EQ((*got)["firings_total"], 3);
  EXPECT_EQ(client.asked.url, "http://127.0.0.1:8470/api/tidemark/v1/backtest");
  EXPECT_EQ(client.asked.method, "POST");
  EXPECT_EQ(client.asked.timeout, std::chrono::milliseconds(2500));
  EXPECT_EQ(client.asked.body, R"({"alarm":"rows"})");
}

TEST(BacktestAsk, tells_refusals_from_failures) {
  const auto code_of = [](int status, const std::string& body) {
    OneAnswer client = answering(status, body);
    return ask(client, {}, json::object()).error();
  };
  const Error refused = code_of(400, R"({"error": {"code": "x", "message": "no such metric"}})");
  EXPECT_EQ(refused.code, Errc::invalid);
  EXPECT_EQ(refused.what, "no such metric");
  EXPECT_EQ(code_of(404, "{}").code, Errc::not_found);
  EXPECT_EQ(code_of(403, "{}").code, Errc::denied);
  EXPECT_EQ(code_of(503, "{}").code, Errc::unavailable);
  EXPECT_EQ(code_of(500, "<html>").code, Errc::internal);
  EXPECT_THAT(code_of(200, "<html>").what, HasSubstr("is there a Tidemark"));
  EXPECT_EQ(code_of(200, R"({"firings_total": "many"})").code, Errc::internal);
  OneAnswer gone(fail(Errc::io, "127.0.0.1:8470: connection refused"));
  const auto unreached = ask(gone, {}, json::object());
  EXPECT_EQ(unreached.error().code, Errc::unavailable);
  EXPECT_THAT(unreached.error().what, HasSubstr("tidemark serve"));
}

}  // namespace
}  // namespace tidemark::cli::backtest
