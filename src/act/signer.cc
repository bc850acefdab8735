#include "act/signer.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/assert.h"
#include "codec/document.h"

namespace tidemark::act {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;
using CertificatePtr = std::unique_ptr<X509, FreeCertificate>;
using BioPtr = std::unique_ptr<BIO, FreeBio>;

constexpr int kKeyBits = 2048;

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

// The serial number is the time: RFC 5280 wants it positive and not the same twice for an issuer.
CertificatePtr certify(EVP_PKEY* key, std::int64_t now_s) {
  constexpr std::int64_t kDay = 86'400;
  CertificatePtr out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(out.get()), now_s > 0 ? now_s : 1);
  ASN1_TIME_set(X509_getm_notBefore(out.get()), now_s - kDay);
  ASN1_TIME_set(X509_getm_notAfter(out.get()), now_s + 3653 * kDay);
  X509_NAME* name = X509_get_subject_name(out.get());
  const auto* title = reinterpret_cast<const unsigned char*>("Tidemark notification signing");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, title, -1, -1, 0);
  X509_set_issuer_name(out.get(), name);
  X509_set_pubkey(out.get(), key);
  if (X509_sign(out.get(), key, EVP_sha256()) == 0) return nullptr;
  return out;
}

std::string directory_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

struct MessageSigner::Key {
  KeyPtr value;
};

MessageSigner::MessageSigner(std::unique_ptr<Key> key, std::string certificate_pem)
    : key_(std::move(key)), certificate_pem_(std::move(certificate_pem)) {}
MessageSigner::MessageSigner(MessageSigner&&) noexcept = default;
MessageSigner& MessageSigner::operator=(MessageSigner&&) noexcept = default;
MessageSigner::~MessageSigner() = default;

Result<MessageSigner> MessageSigner::from_pem(const std::string& pem) {
  const auto bio = [&] {
    return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  auto key = std::make_unique<Key>();
  key->value.reset(PEM_read_bio_PrivateKey(bio().get(), nullptr, nullptr, nullptr));
  const CertificatePtr certificate(PEM_read_bio_X509(bio().get(), nullptr, nullptr, nullptr));
  if (!key->value || !certificate || EVP_PKEY_get_base_id(key->value.get()) != EVP_PKEY_RSA) {
    return fail(Errc::corrupt, "the signing key file must hold an RSA key and its certificate");
  }
  if (X509_check_private_key(certificate.get(), key->value.get()) != 1) {
    return fail(Errc::corrupt,
                "certificate and key of the signing key file do not belong together");
  }
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate.get());
  return MessageSigner(std::move(key), text_of(out.get()));
}

Result<MessageSigner> MessageSigner::open(FileSystem& files,
                                          const std::string& path,
                                          const Clock& clock) {
  if (!files.exists(path)) {
    TM_TRY(const std::string pem, make_signing_pem(clock));
    const std::string directory = directory_of(path);
    if (!directory.empty()) TM_TRY_VOID(files.make_dirs(directory));
    TM_TRY_VOID(write_file_atomically(files, path, pem));
  }
  constexpr std::size_t kMaxBytes = 64 * 1024;
  TM_TRY(const std::string pem, read_file(files, path, kMaxBytes));
  return from_pem(pem);
}

std::string MessageSigner::sign(std::string_view text, Version version) const {
  const EVP_MD* digest = version == Version::sha1 ? EVP_sha1() : EVP_sha256();
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  TM_ASSERT(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_->value.get()) == 1);
  std::size_t size = 0;
  TM_ASSERT(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  TM_ASSERT(EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1);
  signature.resize(size);
  return codec::encode_base64(signature);
}

Result<std::string> make_signing_pem(const Clock& clock) {
  const KeyPtr key(EVP_RSA_gen(kKeyBits));
  if (!key) return fail(Errc::internal, "OpenSSL could not make an RSA key");
  const CertificatePtr certificate = certify(key.get(), clock.machine_wall().s());
  if (!certificate) return fail(Errc::internal, "OpenSSL could not sign a certificate");
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(out.get(), certificate.get());
  return text_of(out.get());
}

}  // namespace tidemark::act
