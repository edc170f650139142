"""Debian's GStreamer RTSP server as an independent camera. One argument: JSON {host, streams: [{path, launch, shared}], login, transports}.
Says {"port": N} when it listens."""
import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
config = json.loads(sys.argv[1])
server = GstRtspServer.RTSPServer()
server.set_address(config["host"])
server.set_service("0")

login = config.get("login")
if login:
    methods = {"digest": GstRtsp.RTSPAuthMethod.DIGEST, "basic": GstRtsp.RTSPAuthMethod.BASIC}
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(methods[login["scheme"]])
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if login["scheme"] == "digest":
        auth.add_digest(login["user"], login["password"], token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(login["user"], login["password"]), token)
    server.set_auth(auth)

protocols = {
    "tcp": GstRtsp.RTSPLowerTrans.TCP,
    "udp": GstRtsp.RTSPLowerTrans.UDP,
}
for stream in config["streams"]:
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(stream["launch"])
    factory.set_shared(stream.get("shared", False))
    if config.get("transports"):
        allowed = GstRtsp.RTSPLowerTrans(0)
        for name in config["transports"]:
            allowed |= protocols[name]
        factory.set_protocols(allowed)
    if login:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(stream["path"], factory)

server.attach(None)
print(json.dumps({"port": server.get_bound_port()}), flush=True)
GLib.MainLoop().run()
