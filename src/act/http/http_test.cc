#include <map>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "act/standins/work_bench.h"
#include "codec/json.h"

namespace tidemark::act {
namespace {

using codec::Document;
using standins::sample_transition;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string header(const net::HttpCall& call, const std::string& name) {
  return std::string(net::find_header(call.headers, name).value_or("(none)"));
}

/// As a receiver does it: key from the certificate, text from the message's own members.
bool verifies(const std::string& certificate_pem,
              const std::string& text,
              const std::string& signature,
              const EVP_MD* digest) {
  BIO* bio = BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  EVP_PKEY* key = X509_get_pubkey(certificate);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, digest, nullptr, key);
  const int verdict = EVP_DigestVerify(context,
                                       reinterpret_cast<const unsigned char*>(signature.data()),
                                       signature.size(),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       text.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  X509_free(certificate);
  BIO_free(bio);
  return verdict == 1;
}

/// "Verifying the signatures of Amazon SNS messages": these members, in this order, if present.
std::string text_to_sign(const Document& message) {
  const bool notification = message.text_at("Type") == "Notification";
  const std::vector<std::string> members =
      notification
          ? std::vector<std::string>{"Message",
                                     "MessageId",
                                     "Subject",
                                     "Timestamp",
                                     "TopicArn",
                                     "Type"}
          : std::vector<std::string>{
                "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};
  std::string out;
  for (const auto& member : members) {
    if (const auto value = message.text_at(member))
      out += member + "\n" + std::string(*value) + "\n";
  }
  return out;
}

bool is_signed(const Document& message) {
  const auto signature = codec::decode_base64(message.text_at("Signature").value());
  const EVP_MD* digest = message.text_at("SignatureVersion") == "2" ? EVP_sha256() : EVP_sha1();
  return verifies(standins::test_signer().signing_certificate_pem(),
                  text_to_sign(message),
                  signature.value(),
                  digest);
}

std::vector<std::string> keys(const Document& map) {
  std::vector<std::string> out;
  for (const auto& member : map.as_map())
    out.push_back(member.key);
  return out;
}

class HttpActionTest : public standins::Bench {
 protected:
  Document sent(std::size_t index = 0) {
    return codec::read_json(http.calls().at(index).body).value();
  }
  void publish(Topics& topics,
               const std::string& arn,
               const std::string& message,
               const std::string& subject = "") {
    Publication publication;
    publication.topic_arn = arn;
    publication.message = message;
    publication.subject = subject;
    message_id = topics.publish(publication).value();
  }
  std::string message_id;
};

TEST_F(HttpActionTest, posts_an_alarm_in_the_form_of_sns) {
  const auto arn = topic_with({{"http", kHook}});
  happen(sample_transition(), arn);
  make_worker()->settle();

  ASSERT_THAT(http.calls(), SizeIs(1));
  const net::HttpCall call = http.calls()[0];
  const Delivery delivery = deliveries().at(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(header(call, "Content-Type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(header(call, "x-amz-sns-message-type"), "Notification");
  EXPECT_EQ(header(call, "x-amz-sns-message-id"), delivery.id);
  EXPECT_EQ(header(call, "x-amz-sns-topic-arn"), arn);
  EXPECT_EQ(header(call, "x-amz-sns-subscription-arn"), delivery.subscription);
  EXPECT_EQ(header(call, "Tidemark-Delivery-Id"), delivery.id);
  EXPECT_EQ(header(call, "x-amz-sns-rawdelivery"), "(none)");

  const Document message = sent();
  EXPECT_THAT(keys(message),
              ElementsAre("Type",
                          "MessageId",
                          "TopicArn",
                          "Subject",
                          "Message",
                          "Timestamp",
                          "SignatureVersion",
                          "Signature",
                          "SigningCertURL",
                          "UnsubscribeURL"));
  EXPECT_EQ(message.text_at("MessageId"), delivery.id);
  EXPECT_EQ(message.text_at("Subject"), "ALARM: \"records-read-anomaly\" in US East (N. Virginia)");
  EXPECT_EQ(message.text_at("Timestamp"), "2023-11-14T22:13:20.000Z") << "machine time, with ms";
  EXPECT_EQ(message.text_at("SigningCertURL"), "http://127.0.0.1:8470/sns/cert.pem");
  EXPECT_THAT(std::string(*message.text_at("UnsubscribeURL")),
              StartsWith("http://127.0.0.1:8470/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:"));
  const Document alarm = codec::read_json(*message.text_at("Message")).value();
  EXPECT_EQ(alarm.text_at("NewStateValue"), "ALARM");
}

TEST_F(HttpActionTest, signs_by_both_versions_so_that_a_receiver_can_verify) {
  const auto arn = topic_with({{"http", kHook}});
  Topics topics = make_topics();
  publish(topics, arn, "one");
  publish(topics, arn, "täxt\nwith \"signs\" \\ and </>", "subject");
  make_worker()->settle();
  ASSERT_TRUE(topics.set_topic_attribute(arn, "SignatureVersion", "2").has_value());
  publish(topics, arn, "three");
  make_worker()->settle();
  ASSERT_THAT(http.calls(), SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(is_signed(sent(i))) << i;
    EXPECT_EQ(sent(i).text_at("SignatureVersion"), i < 2 ? "1" : "2");
  }
  Document forged = sent(0);
  forged.set("Message", "other");
  EXPECT_FALSE(is_signed(forged));
}

TEST_F(HttpActionTest, a_plain_message_bears_the_id_its_sender_was_told) {
  const auto arn = topic_with({{"http", kHook}, {"http", kOther}});
  Topics topics = make_topics();
  publish(topics, arn, "hello");
  make_worker()->settle();
  ASSERT_THAT(http.calls(), SizeIs(2));
  EXPECT_EQ(sent(0).text_at("MessageId"), message_id);
  EXPECT_EQ(sent(1).text_at("MessageId"), message_id);
  EXPECT_NE(header(http.calls()[0], "Tidemark-Delivery-Id"),
            header(http.calls()[1], "Tidemark-Delivery-Id"));
  EXPECT_FALSE(sent().has("Subject"));
}

TEST_F(HttpActionTest, an_endpoint_confirms_itself_with_what_it_is_sent) {
  config.auto_confirm_http = false;
  const auto arn = topic_with({{"http", kHook}});
  const auto worker = make_worker();
  Topics topics = make_topics();
  publish(topics, arn, "before");
  worker->settle();
  ASSERT_THAT(http.calls(), SizeIs(1)) << "only the confirmation may reach it";
  const net::HttpCall call = http.calls()[0];
  EXPECT_EQ(header(call, "x-amz-sns-message-type"), "SubscriptionConfirmation");
  EXPECT_EQ(header(call, "x-amz-sns-subscription-arn"), "(none)");
  const Document message = sent();
  EXPECT_THAT(keys(message),
              ElementsAre("Type",
                          "MessageId",
                          "Token",
                          "TopicArn",
                          "Message",
                          "SubscribeURL",
                          "Timestamp",
                          "SignatureVersion",
                          "Signature",
                          "SigningCertURL"));
  EXPECT_TRUE(is_signed(message));
  const std::string token(*message.text_at("Token"));
  EXPECT_EQ(
      message.text_at("SubscribeURL"),
      "http://127.0.0.1:8470/?Action=ConfirmSubscription&TopicArn=" + arn + "&Token=" + token);

  ASSERT_TRUE(topics.confirm_subscription(arn, token).has_value());
  publish(topics, arn, "after");
  worker->settle();
  ASSERT_THAT(http.calls(), SizeIs(2));
  EXPECT_EQ(sent(1).text_at("Message"), "after");
}

TEST_F(HttpActionTest, an_endpoint_is_told_that_it_is_unsubscribed) {
  const auto arn = topic_with({{"http", kHook}});
  Topics topics = make_topics();
  const auto subscription = topics.subscriptions(arn).value().at(0).arn;
  ASSERT_TRUE(topics.unsubscribe(subscription).has_value());
  make_worker()->settle();
  ASSERT_THAT(http.calls(), SizeIs(1));
  EXPECT_EQ(header(http.calls()[0], "x-amz-sns-message-type"), "UnsubscribeConfirmation");
  EXPECT_EQ(header(http.calls()[0], "x-amz-sns-subscription-arn"), subscription);
  EXPECT_TRUE(is_signed(sent()));
}

TEST_F(HttpActionTest, sends_the_bare_message_when_asked) {
  config.auto_confirm_http = true;
  Topics topics = make_topics();
  const auto arn = topic_with({});
  ASSERT_TRUE(topics.subscribe({arn, "http", kHook, {{"RawMessageDelivery", "true"}}}).has_value());
  publish(topics, arn, "raw \xF0\x9F\x8C\x8A text", "ignored");
  make_worker()->settle();
  ASSERT_THAT(http.calls(), SizeIs(1));
  EXPECT_EQ(http.calls()[0].body, "raw \xF0\x9F\x8C\x8A text");
  EXPECT_EQ(header(http.calls()[0], "x-amz-sns-rawdelivery"), "true");
  EXPECT_EQ(header(http.calls()[0], "x-amz-sns-message-id"), message_id);
}

TEST_F(HttpActionTest, gives_each_protocol_its_own_text_and_passes_attributes_on) {
  const auto arn = topic_with({{"http", kHook}, {"email", "a@example.com"}});
  Topics topics = make_topics();
  Publication publication;
  publication.topic_arn = arn;
  publication.message = R"({"default":"for all","http":"for the web"})";
  publication.by_protocol = true;
  publication.attributes = {{"n", {"Number", "5"}}};
  ASSERT_TRUE(topics.publish(publication).has_value());
  make_worker()->settle();
  EXPECT_EQ(sent().text_at("Message"), "for the web");
  EXPECT_EQ(codec::write_json(*sent().find("MessageAttributes")),
            R"({"n":{"Type":"Number","Value":"5"}})");
  EXPECT_THAT(mail.mails().at(0).text, StartsWith("for all\n"));
}

TEST_F(HttpActionTest, gives_up_at_once_what_cannot_succeed_and_tries_the_rest_again) {
  const auto arn = topic_with({{"http", kHook}});
  Topics topics = make_topics();
  const std::map<int, const char*> wanted{{200, "delivered"},
                                          {204, "delivered"},
                                          {302, "dead"},
                                          {400, "dead"},
                                          {404, "dead"},
                                          {410, "dead"},
                                          {408, "pending"},
                                          {429, "pending"},
                                          {500, "pending"},
                                          {503, "pending"}};
  for (const auto& [status, state] : wanted) {
    ASSERT_TRUE(store.clear().has_value());
    http.always(kHook, standins::FakeHttp::status(status));
    const auto fresh = topic_with({{"http", kHook}});
    publish(topics, fresh, "x");
    make_worker()->settle();
    EXPECT_EQ(deliveries().at(0).state, state) << status;
    EXPECT_EQ(deliveries().at(0).attempts, 1) << status;
  }
  for (const auto code :
       {Errc::denied, Errc::invalid, Errc::timeout, Errc::io, Errc::unavailable}) {
    ASSERT_TRUE(store.clear().has_value());
    http.always(kHook, fail(code, "because"));
    const auto fresh = topic_with({{"http", kHook}});
    publish(topics, fresh, "x");
    make_worker()->settle();
    const bool final = code == Errc::denied || code == Errc::invalid;
    EXPECT_EQ(deliveries().at(0).state, final ? "dead" : "pending") << errc_name(code);
    EXPECT_EQ(deliveries().at(0).last_error, "because");
  }
}

TEST(MessageSigner, keeps_its_key_in_a_file_and_refuses_others) {
  const testing::ManualClock clock;
  const auto files = make_posix_file_system();
  const std::string directory = ::testing::TempDir() + "tidemark-signer";
  ASSERT_TRUE(!files->exists(directory) || files->remove_all(directory).has_value());
  const std::string path = directory + "/sns/signing.pem";
  const auto first = MessageSigner::open(*files, path, clock);
  ASSERT_TRUE(first.has_value()) << first.error().what;
  const auto again = MessageSigner::open(*files, path, clock);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(first->signing_certificate_pem(), again->signing_certificate_pem());
  EXPECT_THAT(first->signing_certificate_pem(), StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(first->signing_certificate_pem().find("PRIVATE"), std::string::npos);
  const auto kept = read_file(*files, path).value();
  EXPECT_THAT(kept, HasSubstr("PRIVATE KEY"));

  EXPECT_EQ(MessageSigner::from_pem("nonsense").error().code, Errc::corrupt);
  const std::string other_key = make_signing_pem(clock).value();
  const auto key_of = [](const std::string& pem) {
    return pem.substr(0, pem.find("-----BEGIN CERT"));
  };
  const auto mixed = MessageSigner::from_pem(key_of(other_key) + first->signing_certificate_pem());
  ASSERT_FALSE(mixed.has_value());
  EXPECT_THAT(mixed.error().what, HasSubstr("do not belong together"));
  ASSERT_TRUE(files->remove_all(directory).has_value());
}

}  // namespace
}  // namespace tidemark::act
