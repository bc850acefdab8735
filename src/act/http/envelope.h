#pragma once

#include <string>

#include "act/action.h"

namespace tidemark::act::http {

/// What is posted to a web endpoint, and what its headers say.
struct Post {
  std::string type;   ///< SNS message type
  std::string topic;  ///< ARN
  std::string message_id;
  bool raw = false;  ///< `payload` is the message itself, not SNS's JSON about it
  std::string payload;
};

/// The SNS message ("Parsing message formats" in the SNS guide) with this server's signature over
/// it ("Verifying the signatures of Amazon SNS messages").
Post make_post(const Notice& notice, const MessageSigner& signer, const ActConfig& config);

std::string to_json(const Post& post);
Result<Post> post_from_json(const std::string& text);

}  // namespace tidemark::act::http
