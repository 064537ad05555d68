// One line for each: what is not listed here is not there. The factories are defined behind their classes.
#include <candela/service/builtin.hpp>

namespace candela {

namespace middleware {
extern const stage_factory access_log_stage;
extern const stage_factory api_key_stage;
extern const stage_factory audit_stage;
extern const stage_factory basic_auth_stage;
extern const stage_factory body_limit_stage;
extern const stage_factory chain_verify_stage;
extern const stage_factory correlation_id_stage;
extern const stage_factory cors_stage;
extern const stage_factory introspect_stage;
extern const stage_factory jwe_decrypt_stage;
extern const stage_factory jwe_encrypt_stage;
extern const stage_factory jws_sign_stage;
extern const stage_factory jws_verify_stage;
extern const stage_factory jwt_verify_stage;
extern const stage_factory metrics_stage;
extern const stage_factory open_stage;
extern const stage_factory rate_limit_stage;
extern const stage_factory revocation_stage;
extern const stage_factory seal_stage;
extern const stage_factory security_headers_stage;
extern const stage_factory single_use_stage;
}  // namespace middleware

namespace handlers {
extern const handler_factory health_handler;
extern const handler_factory info_handler;
extern const handler_factory metrics_handler;
extern const handler_factory static_files_handler;
}  // namespace handlers

std::span<const stage_factory* const> builtin_stages() noexcept {
  // clang-format off: one a line, so that two that are added do not meet
  static constexpr const stage_factory* all[] = {
      &middleware::access_log_stage,
      &middleware::api_key_stage,
      &middleware::audit_stage,
      &middleware::basic_auth_stage,
      &middleware::body_limit_stage,
      &middleware::chain_verify_stage,
      &middleware::correlation_id_stage,
      &middleware::cors_stage,
      &middleware::introspect_stage,
      &middleware::jwe_decrypt_stage,
      &middleware::jwe_encrypt_stage,
      &middleware::jws_sign_stage,
      &middleware::jws_verify_stage,
      &middleware::jwt_verify_stage,
      &middleware::metrics_stage,
      &middleware::open_stage,
      &middleware::rate_limit_stage,
      &middleware::revocation_stage,
      &middleware::seal_stage,
      &middleware::security_headers_stage,
      &middleware::single_use_stage,
  };
  // clang-format on
  return all;
}

std::span<const handler_factory* const> builtin_handlers() noexcept {
  static constexpr const handler_factory* all[] = {
      &handlers::health_handler,
      &handlers::info_handler,
      &handlers::metrics_handler,
      &handlers::static_files_handler,
  };
  return all;
}

}  // namespace candela
