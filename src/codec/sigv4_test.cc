#include "codec/sigv4.h"

#include <gtest/gtest.h>

#include "codec/aws/captured.h"

namespace tidemark::codec {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const Timestamp kSignedAt = Timestamp::from_s(1'440'938'160);  // 2015-08-30T12:36:00Z

std::optional<std::string> example_secret(std::string_view access_key) {
  if (access_key == "AKIDEXAMPLE") return std::string(kSecret);
  return std::nullopt;
}

SignatureRules rules_at(Timestamp now) {
  SignatureRules rules;
  rules.now = now;
  return rules;
}

CapturedMessage example(const std::string& name) {
  return CapturedMessage(fixture_path("sigv4/" + name + ".req.http"));
}

SignatureVerdict verify(const CapturedMessage& message, const SignatureRules& rules) {
  return verify_sigv4(message.view(message.body()), example_secret, rules);
}

std::string refusal_of(const CapturedMessage& message,
                       const SignatureRules& rules = rules_at(kSignedAt)) {
  const auto verdict = verify(message, rules);
  if (!verdict.refusal) return "none";
  return verdict.refusal->code + " " + std::to_string(verdict.refusal->status);
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

TEST(Sigv4, accepts_what_botocore_signs) {
  SignatureRules rules = rules_at(kSignedAt);
  rules.allow_unsigned_payload = true;
  const auto messages = captured_in("sigv4");
  ASSERT_GE(messages.size(), 16U);
  for (const CapturedMessage& message : messages) {
    const auto verdict = verify(message, rules);
    EXPECT_FALSE(verdict.refusal) << message.name() << ": " << verdict.refusal->message;
    EXPECT_EQ(verdict.scope.access_key, "AKIDEXAMPLE");
    EXPECT_EQ(verdict.signature.size(), 64U);
  }
}

// The signature published with AWS's test suite, "get-vanilla".
TEST(Sigv4, signs_the_published_example_alike) {
  RequestToSign request;
  request.method = "GET";
  request.headers = {{"Host", "example.amazonaws.com"}};
  const SigningKey key{"AKIDEXAMPLE", std::string(kSecret), "us-east-1", "service"};
  const auto headers = sign_sigv4(request, key, kSignedAt);
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[0].second, "20150830T123600Z");
  EXPECT_EQ(headers[1].second,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(Sigv4, refuses_when_anything_signed_is_changed) {
  const std::string mismatch = "SignatureDoesNotMatch 403";
  const auto changed = [](const std::string& name, const auto& change) {
    CapturedMessage message = example(name);
    change(message);
    return refusal_of(message);
  };
  EXPECT_EQ(changed("post_json", [](auto& m) { m.header("x-amz-target") += "X"; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.header("host") = "evil.example"; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.method() = "GET"; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.path() = "/x"; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.query() = "a=1"; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.header("x-amz-date") = "20150830T123601Z"; }),
            mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.remove_header("content-type"); }), mismatch);
  EXPECT_EQ(changed("post_json_session", [](auto& m) { m.header("x-amz-security-token") = "t"; }),
            mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.header("authorization").back() ^= 1; }), mismatch);
  EXPECT_EQ(changed("post_json", [](auto& m) { m.header("authorization").pop_back(); }), mismatch);
  EXPECT_EQ(changed("get_utf8_path", [](auto& m) { m.path() = "/\xe1\x88\xb4"; }), mismatch);

  const CapturedMessage message = example("post_json");
  EXPECT_TRUE(verify_sigv4(message.view("{}"), example_secret, rules_at(kSignedAt)).refusal);
}

TEST(Sigv4, refuses_a_body_that_does_not_match_its_hash) {
  const CapturedMessage message = example("post_body_hash");
  EXPECT_EQ(refusal_of(message), "none");
  const auto verdict = verify_sigv4(message.view("{ }"), example_secret, rules_at(kSignedAt));
  ASSERT_TRUE(verdict.refusal);
  EXPECT_EQ(verdict.refusal->code, "SignatureDoesNotMatch");
}

TEST(Sigv4, takes_unsigned_payload_only_where_allowed) {
  const CapturedMessage message = example("post_unsigned_payload");
  SignatureRules rules = rules_at(kSignedAt);
  EXPECT_EQ(refusal_of(message, rules), "SignatureDoesNotMatch 403");
  rules.allow_unsigned_payload = true;
  EXPECT_EQ(refusal_of(message, rules), "none");
}

TEST(Sigv4, what_names_the_call_must_be_signed) {
  CapturedMessage extra = example("get_vanilla");
  extra.header("x-amz-target") = "GraniteServiceVersion20100801.DeleteAlarms";
  EXPECT_EQ(refusal_of(extra), "SignatureDoesNotMatch 403");
  CapturedMessage no_host = example("get_vanilla");
  replace(no_host.header("authorization"), "SignedHeaders=host;", "SignedHeaders=");
  EXPECT_EQ(refusal_of(no_host), "SignatureDoesNotMatch 403");
}

TEST(Sigv4, accepts_five_minutes_either_way_and_no_more) {
  const CapturedMessage message = example("post_json");
  for (const int seconds : {-300, -1, 0, 1, 300}) {
    EXPECT_EQ(refusal_of(message, rules_at(kSignedAt + std::chrono::seconds(seconds))), "none")
        << seconds;
  }
  for (const int seconds : {-301, 301, -86400, 86400 * 365}) {
    EXPECT_EQ(refusal_of(message, rules_at(kSignedAt + std::chrono::seconds(seconds))),
              "RequestExpired 400")
        << seconds;
  }
}

TEST(Sigv4, the_scope_must_name_our_service_region_and_day) {
  const CapturedMessage message = example("post_json");
  SignatureRules rules = rules_at(kSignedAt);
  rules.service = "monitoring";
  rules.region = "us-east-1";
  EXPECT_EQ(refusal_of(message, rules), "none");
  rules.service = "sns";
  EXPECT_EQ(refusal_of(message, rules), "SignatureDoesNotMatch 403");
  rules.service = "monitoring";
  rules.region = "eu-west-1";
  EXPECT_EQ(refusal_of(message, rules), "SignatureDoesNotMatch 403");
  CapturedMessage other_day = example("post_json");
  replace(other_day.header("authorization"), "/20150830/", "/20150829/");
  EXPECT_EQ(refusal_of(other_day), "SignatureDoesNotMatch 403");
}

TEST(Sigv4, a_region_is_a_plain_name) {
  for (const char* good : {"us-east-1", "cn-north-1", "x", "local"})
    EXPECT_TRUE(is_region(good)) << good;
  for (const std::string& bad : {std::string(),
                                 std::string("us-east-1 "),
                                 std::string("US-EAST-1"),
                                 std::string("us_east"),
                                 std::string("a/b"),
                                 std::string("\xea\xea"),
                                 std::string("a\0b", 3),
                                 std::string(65, 'a')}) {
    EXPECT_FALSE(is_region(bad)) << bad;
  }
}

TEST(Sigv4, unknown_keys_and_wrong_secrets_are_refused) {
  const CapturedMessage message = example("post_json");
  const auto nobody = [](std::string_view) { return std::nullopt; };
  const auto verdict = verify_sigv4(message.view(message.body()), nobody, rules_at(kSignedAt));
  ASSERT_TRUE(verdict.refusal);
  EXPECT_EQ(verdict.refusal->code, "InvalidClientTokenId");
  EXPECT_EQ(verdict.refusal->status, 403);
  for (const char* secret : {"", "wJalrXUtnFEMI", "no such key, same work"}) {
    const auto wrong = [&](std::string_view) { return std::optional<std::string>(secret); };
    EXPECT_TRUE(verify_sigv4(message.view(message.body()), wrong, rules_at(kSignedAt)).refusal)
        << secret;
  }
}

TEST(Sigv4, incomplete_requests_say_what_is_missing) {
  CapturedMessage unsigned_request = example("post_json");
  unsigned_request.remove_header("authorization");
  EXPECT_EQ(refusal_of(unsigned_request), "MissingAuthenticationToken 403");
  unsigned_request.query() = "X-Amz-Credential=a&X-Amz-Signature=b";
  EXPECT_EQ(refusal_of(unsigned_request), "IncompleteSignature 400");

  for (const char* header :
       {"",
        "Basic dXNlcg==",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/20150830//d/aws4_request, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request, SignedHeaders=host"}) {
    CapturedMessage message = example("post_json");
    message.header("authorization") = header;
    EXPECT_EQ(refusal_of(message), "IncompleteSignature 400") << header;
  }
  for (const char* date : {"", "2015-08-30T12:36:00Z", "20150830T1236", "20151330T123600Z"}) {
    CapturedMessage message = example("post_json");
    message.header("x-amz-date") = date;
    EXPECT_EQ(refusal_of(message), "IncompleteSignature 400") << date;
  }
}

// JavaScript does not put a blank behind the commas of every header it writes; others do.
TEST(Sigv4, blanks_between_the_parts_do_not_matter) {
  CapturedMessage message = example("post_json");
  std::string& header = message.header("authorization");
  replace(header, ", SignedHeaders", ",SignedHeaders");
  replace(header, ", Signature=", ",   Signature=");
  EXPECT_EQ(refusal_of(message), "none");
}

TEST(Sigv4, our_own_signature_is_accepted) {
  RequestToSign request;
  request.path = "/some path/..//x";
  request.query = "b=%20&a=1";
  request.headers = {
      {"Host", "localhost:8470"}, {"X-Amz-Target", " a   b "}, {"Content-Type", "x"}};
  request.body = "body";
  const SigningKey key{"AKIDEXAMPLE", std::string(kSecret), "eu-west-1", "monitoring"};
  auto headers = sign_sigv4(request, key, kSignedAt);
  const auto lookup = [&](std::string_view name) -> std::optional<std::string_view> {
    if (name == "x-amz-date") return headers[0].second;
    if (name == "authorization") return headers[1].second;
    if (name == "host") return "localhost:8470";
    if (name == "x-amz-target") return "a b";
    if (name == "content-type") return "x";
    return std::nullopt;
  };
  const HttpView view{"POST", request.path, request.query, request.body, lookup};
  EXPECT_FALSE(verify_sigv4(view, example_secret, rules_at(kSignedAt)).refusal);
  EXPECT_EQ(signature_scope(view)->region, "eu-west-1");
  EXPECT_EQ(signature_scope(view)->service, "monitoring");
}

TEST(Sigv4, the_scope_of_a_presigned_link_is_read_without_trusting_it) {
  CapturedMessage message = example("get_vanilla");
  message.remove_header("authorization");
  message.query() =
      "X-Amz-Credential=AKID%2F20150830%2Fus-west-2%2Fsns%2Faws4_request&X-Amz-Signature=0";
  const auto scope = signature_scope(message.view(""));
  ASSERT_TRUE(scope.has_value());
  EXPECT_EQ(scope->access_key, "AKID");
  EXPECT_EQ(scope->region, "us-west-2");
}

}  // namespace
}  // namespace tidemark::codec
