"""What the figures say: area pages with maps and charts, and the page that each role lands on."""
