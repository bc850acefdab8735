#pragma once

#include "net/http_server.h"
#include "web/admin.h"
#include "web/aws_api.h"
#include "web/own_api.h"

namespace tidemark::web {

/// Which door a request is for: told apart by path and header, all on one port.
class Router {
 public:
  struct Doors {
    AwsApi& aws;
    OwnApi& own;
    const AdminDoor& admin;
    /// PEM text of the certificate that signs notifications, at /sns/cert.pem.
    std::string signing_certificate;
  };
  explicit Router(Doors doors);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// A net::Handler: returns at once, the answer comes when it is there.
  void handle(net::HttpRequest request, net::Respond respond);
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::web
