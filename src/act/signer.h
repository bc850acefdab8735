#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"

namespace tidemark::act {

/// Signs messages as SNS does, with a key of this server's own, so that receivers can tell who sent
/// them. Receivers fetch the certificate from `<public_url>/sns/cert.pem`. Safe to use from several
/// threads.
class MessageSigner {
 public:
  enum class Version { sha1 = 1, sha256 = 2 };  ///< SNS SignatureVersion "1" and "2"

  /// `pem`: an RSA private key and its certificate, as make_signing_pem() writes them.
  static Result<MessageSigner> from_pem(const std::string& pem);
  /// Reads the file at `path`, or creates it at the first start. It holds a private key; the file
  /// system makes it readable by its owner only.
  static Result<MessageSigner> open(FileSystem& files, const std::string& path, const Clock& clock);

  MessageSigner(const MessageSigner&) = delete;
  MessageSigner& operator=(const MessageSigner&) = delete;
  MessageSigner(MessageSigner&&) noexcept;
  MessageSigner& operator=(MessageSigner&&) noexcept;
  ~MessageSigner();

  /// Base64 of the RSA signature (PKCS #1 v1.5) of `text`.
  [[nodiscard]] std::string sign(std::string_view text, Version version) const;
  /// The certificate alone.
  [[nodiscard]] const std::string& signing_certificate_pem() const { return certificate_pem_; }

 private:
  struct Key;
  MessageSigner(std::unique_ptr<Key> key, std::string certificate_pem);
  std::unique_ptr<Key> key_;
  std::string certificate_pem_;
};

/// A new RSA-2048 key and a certificate for it, signed by itself, good from yesterday (machine
/// time) for ten years.
Result<std::string> make_signing_pem(const Clock& clock);

}  // namespace tidemark::act
