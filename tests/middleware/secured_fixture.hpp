// Services with stages that sign, encrypt and seal, and the keys of those who talk to each other in the tests.
#pragma once

#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/core/manual_clock.hpp>
#include <candela/jose/members.hpp>
#include <candela/jose/seal.hpp>
#include <candela/middleware/message_authors.hpp>
#include <candela/service/test_client.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/middleware/key_folder.hpp"

namespace candela::testing {

/// Says what the handler sees: type, length, body, and who has signed which place.
inline void show(exchange& x) {
  std::string seen;
  seen.append(x.header("content-type")).append("|").append(x.header("content-length")).append("|");
  seen.append(x.request().body());
  if (const auto* authors = x.get<middleware::message_authors>()) {
    for (const middleware::message_author& each : authors->all)
      seen.append("|").append(each.place).append("=").append(each.signer).append("/").append(each.key_id);
  }
  x.text(x.arena().copy(seen));
}

/// A service with these stages (items of a YAML list in one line) before its routes.
class secured {
 public:
  explicit secured(const std::string& stages) : service_(configuration(stages)) {
    service_.post("/show", show);
    service_.get("/show", show);
    service_.post("/echo",
                  [](exchange& x) { x.response().content_type(x.header("content-type")).body(x.request().body()); });
    service_.get("/empty", [](exchange& x) { x.response().status(204); });
    service_.get("/problem", [](exchange&) { throw problem::conflict("No."); });
    service_.post("/stream", [](exchange& x) -> task<void> {
      x.response().content_type(x.header("content-type"));
      for (std::string_view left = x.request().body(); !left.empty();) {
        const std::string_view piece = left.substr(0, 7);
        left.remove_prefix(piece.size());
        const auto written = co_await x.write(piece);
        if (!written) co_return;
      }
    });
    service_.route(http::method::get, "/metrics", "metrics");
    client_.emplace(service_, &time);
  }

  test_answer post(std::string_view path, std::string_view body, std::string_view type, test_headers headers = {}) {
    if (!type.empty()) headers.emplace_back("Content-Type", type);
    return client_->post(path, body, headers);
  }
  test_client& client() { return *client_; }

  manual_clock time;

 private:
  static config::node configuration(const std::string& stages) {
    return config::parse_text(key_folder::shared().placed("chains: {default: [" + stages + "]}"), "service.yml");
  }

  service service_;
  std::optional<test_client> client_;
};

/// Whether that is the one answer to all messages that are refused.
inline bool is_refusal(const test_answer& answer) {
  return answer.status == 400 && answer.header("Content-Type") == "application/problem+json" &&
         answer.body.find("\"message_refused\"") != std::string::npos &&
         answer.body.find("signature") == std::string::npos;
}

/// What a wrong configuration of a stage is refused with; "accepted" when nothing is wrong.
inline std::string refusal_of_stage(const std::string& stage) {
  try {
    secured made(stage);
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

inline bool mentions(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace candela::testing
