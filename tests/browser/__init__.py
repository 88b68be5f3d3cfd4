"""Tests of the app in a real browser; a package so that its conftest is not the other one."""
