"""Logging in at an identity provider of our own: the whole way there and back, and out again."""

import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from web_visitor import serving

pytestmark = pytest.mark.browser
pytest.importorskip("joserfc")


class Provider:
    """A small OpenID provider on a free port; `claims` is who logs in next."""

    def __init__(self):
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
        self.claims, self.nonce, self.asked = {}, "", []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                provider.get(self)

            def do_POST(self):
                provider.token(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, request):
        path, _, query = request.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        if path.endswith("openid-configuration"):
            self.send(request, self.metadata())
        elif path == "/jwks":
            self.send(request, {"keys": [self.key.as_dict(private=False)]})
        elif path == "/authorize":
            self.asked.append(asked)
            self.nonce = asked.get("nonce", "")
            request.send_response(302)
            back = urllib.parse.urlencode({"code": "c1", "state": asked["state"]})
            request.send_header("location", f"{asked['redirect_uri']}?{back}")
            request.end_headers()
        else:
            self.send(request, {})

    def metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def token(self, request):
        from joserfc import jwt

        request.rfile.read(int(request.headers["content-length"]))
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "advisor", "sub": "u1", "iat": now, "exp": now + 600, "nonce": self.nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.claims, self.key)
        self.send(request, {"access_token": "a", "token_type": "Bearer", "id_token": signed, "expires_in": 600})

    @staticmethod
    def send(request, data):
        body = json.dumps(data).encode()
        request.send_response(200)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def provider():
    opened = Provider()
    yield opened
    opened.server.shutdown()


def test_a_person_logs_in_sees_their_own_and_is_turned_away_when_not_on_the_list(chromium, provider, tmp_path):
    log_in = {
        "ADVISOR_OIDC_METADATA": f"{provider.issuer}/.well-known/openid-configuration",
        "ADVISOR_OIDC_CLIENT_ID": "advisor",
        "ADVISOR_OIDC_CLIENT_SECRET": "secret",
        "ADVISOR_WEB_ALLOW": "dana@corp.example",
        "NO_PROXY": "*",
    }
    with serving(tmp_path, **log_in) as address:
        come_in(chromium, address, provider, "dana@corp.example", "New conversation")
        assert provider.asked[-1]["code_challenge_method"] == "S256"
        come_in(chromium, address, provider, "eve@corp.example", "not on this installation's list")
    secret = tmp_path / "web-cookie-secret"
    assert len(secret.read_text()) == 64
    assert secret.stat().st_mode & 0o077 == 0


def come_in(chromium, address, provider, email, seen):
    """Log in as this person in a fresh browser, and see what they should see."""
    provider.claims = {"email": email, "name": email.partition("@")[0]}
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(address)
    page.get_by_role("button", name="Log in").click()
    page.get_by_text(seen).first.wait_for()
    (cookie,) = [one for one in context.cookies() if one["name"].startswith("_streamlit_user")][:1]
    assert cookie["httpOnly"]
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()
    context.close()
